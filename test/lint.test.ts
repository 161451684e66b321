import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXCEPTIONS } from './architecture/exceptions.ts'
import { CLEAN_FILES, type Plant, RULE_PLANTS, WALL_PLANTS } from './lint/plants.ts'

interface Finding {
  readonly code: string
  readonly filename: string
  readonly help?: string
}

const ROOT = join(import.meta.dirname, '..')
const CONFIGS = ['.oxlintrc.json', '.oxlintrc.walls.json', 'tsconfig.json']
const OXLINT = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint')

let folder = ''
let findings: readonly Finding[] = []

/** A small tree with every breach in it, linted once by the real oxlint with the project's own settings. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lint-plants-'))
  // Rules that ask for types need those of Node.js.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const config of CONFIGS) cpSync(join(ROOT, config), join(folder, config))
  const planted = [...RULE_PLANTS, ...WALL_PLANTS].map(({ file, source }) => [file, source] as const)
  for (const [file, source] of [...planted, ...Object.entries(CLEAN_FILES)]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${source}\n`)
  }
  findings = await lint()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function lint(): Promise<readonly Finding[]> {
  const run = promisify(execFile)
  const args = [OXLINT, '--type-aware', '--format=json']
  const { stdout } = await run(process.execPath, args, { cwd: folder }).catch(
    // It ends with 1 when it finds something, as it must here.
    (failure: { readonly stdout: string }) => failure,
  )
  return (JSON.parse(stdout) as { readonly diagnostics: readonly Finding[] }).diagnostics
}

const findingsIn = (file: string) => findings.filter(({ filename }) => filename === file)

/** `typescript/no-explicit-any` as findings name it: `typescript(no-explicit-any)`, or with another word before the bracket. */
const named = (rule: string) => `(${rule.slice(rule.indexOf('/') + 1)})`

describe('the linter sees', () => {
  it.each(RULE_PLANTS)('$rule in $file', ({ rule, file }: Plant) => {
    expect(findingsIn(file).map(({ code }) => code)).toContainEqual(expect.stringContaining(named(rule)))
  })

  it.each(WALL_PLANTS)('$source in $file', ({ rule, file, says }: Plant) => {
    const found = findingsIn(file).filter(({ code }) => code.endsWith(named(rule)))
    expect(found.map(({ help }) => help)).toEqual([expect.stringMatching(says ?? /never/)])
  })

  it('nothing in files that only look like a breach', () => {
    const found = Object.keys(CLEAN_FILES).flatMap((file) => findingsIn(file))
    expect(found).toEqual([])
  })

  it('each rule that the project sets, as each has a breach here', () => {
    const { rules } = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
      readonly rules: Readonly<Record<string, unknown>>
    }
    const set = Object.keys(rules).filter((rule) => rules[rule] !== 'off')
    const planted = new Set(RULE_PLANTS.map(({ rule }) => rule))
    expect(set.filter((rule) => !planted.has(rule))).toEqual([])
  })

  it('no file past the walls but those that still have an exception', () => {
    const { overrides } = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.walls.json'), 'utf8')) as {
      readonly overrides: readonly { readonly files: readonly string[]; readonly rules: object }[]
    }
    const letThrough = overrides.filter(({ rules }) => Object.values(rules).includes('off'))
    const excepted = EXCEPTIONS.map(({ from }) => from)
    expect(letThrough.flatMap(({ files }) => files).filter((file) => !excepted.includes(file))).toEqual([])
  })
})
