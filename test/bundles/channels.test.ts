import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleOperations } from '#infra/bundle.ts'
import { bundleFolder, type ChannelName } from '#infra/channels/channels.ts'
import type { BundleName } from '#infra/operations/operations.ts'
import { bundleNames, RELEASE_CHECK } from '#infra/operations/operations.ts'
import { CHANNEL_OF } from '#shared/operations.ts'

const outdir = mkdtempSync(join(tmpdir(), 'wxpay-bundles-alipay-'))
afterAll(() => rmSync(outdir, { recursive: true, force: true }))

/** The most bytes that notify-alipay may weigh. */
const MOST_BYTES = 330_000

function bundlesOf(channels: readonly ChannelName[]) {
  const { metafile, directoryOf } = bundleOperations(join(outdir, bundleFolder(channels)), channels)
  const names = bundleNames(channels)
  /** Input files of which at least one byte is in the bundle. */
  const filesOf = (operation: BundleName) =>
    Object.entries(metafile.outputs)
      .filter(([path]) => path.endsWith(`/${operation}/index.js`))
      .flatMap(([, { inputs }]) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => path)
  const having = (part: RegExp) => names.filter((name) => filesOf(name).some((path) => part.test(path)))
  return { names, having, pathOf: (name: BundleName) => join(directoryOf(name), 'index.js') }
}

const OF_WECHAT = /^shared\/(?:wechat\/|lambda\/wechat-|secrets\/(?:secret-keys|platform-keys))/
const WORDS = /WECHATPAY2|paySign|mchid="/

const both = bundlesOf(['wechat', 'alipay'])

describe('Alipay', () => {
  it('is in those of a stage that has it where it is called, and its bills where they are read', () => {
    const { having, pathOf } = both
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile', 'notify-alipay']
    expect(having(/^shared\/alipay\/gateway\.ts$/)).toEqual(callers)
    expect(having(/^shared\/alipay\/bills\//)).toEqual(['reconcile'])
    expect(having(/^shared\/alipay\/notification\.ts$/)).toEqual(['notify-alipay'])
    expect(statSync(pathOf('notify-alipay')).size).toBeLessThanOrEqual(MOST_BYTES)
  })
})

describe('WeChat Pay', () => {
  /** What is WeChat's alone has it, and so has the check of one of its functions. */
  const common = (name: BundleName) => !(name in CHANNEL_OF) && name !== RELEASE_CHECK

  it('is where it is called in a stage that has it', () => {
    const callers = ['prepay', 'query', 'close', 'refund', 'sweep', 'reconcile']
    expect(both.having(/^shared\/wechat\//).filter(common)).toEqual(callers)
    expect(readFileSync(both.pathOf('prepay'), 'utf8')).toMatch(WORDS)
  })

  it('is in no bundle of a stage that has Alipay alone', () => {
    const { names, having, pathOf } = bundlesOf(['alipay'])
    expect(having(OF_WECHAT).filter((name) => common(name) || name === 'notify-alipay')).toEqual([])
    for (const name of names.filter(common)) expect(readFileSync(pathOf(name), 'utf8')).not.toMatch(WORDS)
  })
})
