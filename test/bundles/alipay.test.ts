import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleOperations } from '#infra/bundle.ts'
import { bundleFolder, type ChannelName } from '#infra/channels/channels.ts'
import type { BundleName } from '#infra/operations/operations.ts'
import { bundleNames } from '#infra/operations/operations.ts'

const outdir = mkdtempSync(join(tmpdir(), 'wxpay-bundles-alipay-'))
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

/** The most bytes that notify-alipay may weigh. */
const MOST_BYTES = 330_000

function bundlesOf(channels: readonly ChannelName[]) {
  const { metafile, directoryOf } = bundleOperations(join(outdir, bundleFolder(channels)), channels)
  const names = bundleNames(channels)
  const filesOf = (operation: BundleName) =>
    Object.entries(metafile.outputs)
      .filter(([path]) => path.endsWith(`/${operation}/index.js`))
      .flatMap(([, { inputs }]) => Object.keys(inputs))
      .filter((path) => path.startsWith('shared/alipay/'))
  const having = (part: RegExp) => names.filter((name) => filesOf(name).some((path) => part.test(path)))
  return { names, having, pathOf: (name: BundleName) => join(directoryOf(name), 'index.js') }
}

describe('Alipay', () => {
  it('is in no bundle of a stage that does not have it', () => {
    const { names, having, pathOf } = bundlesOf(['wechat'])
    expect(names).not.toContain('notify-alipay')
    expect(having(/./)).toEqual([])
    for (const name of names) expect(/alipay\.trade/.test(readFileSync(pathOf(name), 'utf8'))).toBe(false)
  })

  it('is in those of a stage that has it where it is called, and its bills where they are read', () => {
    const { having, pathOf } = bundlesOf(['wechat', 'alipay'])
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile', 'notify-alipay']
    expect(having(/gateway\.ts$/)).toEqual(callers)
    expect(having(/bills\//)).toEqual(['reconcile'])
    expect(having(/notification\.ts$/)).toEqual(['notify-alipay'])
    expect(statSync(pathOf('notify-alipay')).size).toBeLessThanOrEqual(MOST_BYTES)
  })
})
