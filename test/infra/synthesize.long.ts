import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { synthesize } from '#infra/synthesize.ts'
import { givenStages } from '#test/support/given-assembly.ts'

const PROJECT_ROOT = resolve(import.meta.dirname, '../..')
const directories: string[] = []

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-synthesize-'))
  directories.push(directory)
  return directory
}

const templatesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.template.json'))
    .sort()

const filesOf = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /(?:template|assets)\.json$|^index\.js$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(directory.length), readFileSync(path, 'utf8')]),
  )

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

// CloudFormation's own rules take seconds to load: `nag.long.ts` asks them.
beforeEach(() => void vi.stubEnv('CDK_VALIDATION', 'false'))
afterEach(() => void vi.restoreAllMocks())

describe('synthesize', () => {
  it('writes the templates of both partitions with nothing but Node at hand, byte for byte the same each time', async () => {
    const [first, second] = [await givenStages(), newDirectory()]
    const packs = [AwsSolutionsChecks, ServerlessChecks].map((pack) => vi.spyOn(pack.prototype, 'validate'))
    synthesize({ outdir: second })
    expect(templatesIn(first)).toEqual([
      'wxpay-dev-cn-northwest.template.json',
      'wxpay-dev-cn.template.json',
      'wxpay-dev.template.json',
    ])
    expect(filesOf(first)).toEqual(filesOf(second))
    for (const asked of packs) expect(asked).toHaveBeenCalled()
  })

  it('asks the context how to release, before it bundles anything', () => {
    vi.stubEnv('CDK_CONTEXT_JSON', '{"release":"now"}')
    expect(() => synthesize({ outdir: newDirectory(), stage: 'dev' })).toThrow(
      'release must be canary or at-once',
    )
    vi.unstubAllEnvs()
  })

  it('stops at an unknown stage before it bundles anything, and the command says why in one line', () => {
    expect(() => synthesize({ outdir: newDirectory(), stage: 'nope' })).toThrow('there is no stage "nope"')
    const environment = { CDK_OUTDIR: newDirectory(), CDK_CONTEXT_JSON: '{"stage":"nope"}' }
    const run = (): string =>
      execFileSync(process.execPath, [join(PROJECT_ROOT, 'infra/app.ts')], {
        env: environment,
        stdio: 'pipe',
        encoding: 'utf8',
      })
    expect(run).toThrow(
      expect.objectContaining({
        status: 1,
        stderr: 'there is no stage "nope": infra/stage/stages.ts has dev, dev-cn, dev-cn-northwest\n',
      }),
    )
  })
})
