/** The same refusals in one process, without network and process changes: what the code itself costs, and what it keeps. */
import { performance } from 'node:perf_hooks'
import { createNotify } from '#functions/notify/notify.ts'
import type { Delivery } from '#functions/notify/notify.ts'
import { silentLogger } from '#shared/log.ts'
import { merchant, payment, platform, setUp } from '#test/support/notifying.ts'
import { NOW } from '#test/support/orders.ts'
import { sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'

const body = Buffer.from(sealNotification({ apiV3Key: merchant.apiV3Key, content: payment }))
const headers = signedHeaders(platform.certificate, body, { now: NOW })
const KINDS: Readonly<Record<string, (index: number) => Delivery['headers']>> = {
  'bare 401': () => ({}),
  'bad signature': () => ({ ...headers, 'wechatpay-signature': Buffer.alloc(256, 7).toString('base64') }),
  'unknown serial': (index) => ({ ...headers, 'wechatpay-serial': `5A${index}` }),
}
const WARM_UP = 2000

/** Prints the time of one refusal of each kind and the growth of the heap. */
export async function costInProcess(runs: number): Promise<void> {
  const { deps } = setUp()
  const refresh = { request: async () => {} }
  const notify = createNotify({ ...deps, keyRefresh: refresh, metrics: { put: () => {} } })
  const rounds = async (kind: (index: number) => Delivery['headers'], count: number) => {
    for (let index = 0; index < count; index += 1) {
      const result = await notify({ kind: 'payment', headers: kind(index), body }, silentLogger)
      if (result !== 'unverified') throw new Error(`a spoilt notification was ${result}`)
    }
  }
  let bare = 0
  for (const [name, kind] of Object.entries(KINDS)) {
    await rounds(kind, WARM_UP)
    globalThis.gc?.()
    const heap = process.memoryUsage().heapUsed
    const started = performance.now()
    await rounds(kind, runs)
    const microseconds = ((performance.now() - started) * 1000) / runs
    globalThis.gc?.()
    const grown = (process.memoryUsage().heapUsed - heap) / 1024
    if (bare === 0) bare = microseconds
    const heapGrowth = globalThis.gc === undefined ? '' : `  heap ${grown.toFixed(0)} KiB more`
    const ratio = (microseconds / bare).toFixed(1)
    console.log(
      `in process: ${name.padEnd(16)} ${microseconds.toFixed(1).padStart(6)} us  ${ratio}x${heapGrowth}`,
    )
  }
}
