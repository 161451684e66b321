/** The real channel against a real server whose answers the test decides. */
import { createAlipayChannel } from '#shared/alipay/alipay-channel.ts'
import type { AlipayChannel, AlipayDeps } from '#shared/alipay/alipay-channel.ts'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import { silentLogger } from '#shared/log.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { startPeer } from '#test/support/wechat-peer.ts'
import type { Answerer, WechatPeer } from '#test/support/wechat-peer.ts'
import { ACCOUNT, APP, APP_ID, RING, signedAnswer } from './alipay-keys.ts'

const NOW = Date.parse('2026-06-08T10:34:56Z')

export interface AlipayFixture {
  readonly peer: WechatPeer
  readonly alipay: AlipayChannel
  readonly logged: readonly { readonly code: string; readonly fields: LogFields | undefined }[]
  make(deps?: Partial<AlipayDeps>): AlipayChannel
  /** The parameters of the calls so far. */
  sent(): readonly Readonly<Record<string, string>>[]
  close(): Promise<void>
}

export async function startAlipay(): Promise<AlipayFixture> {
  const peer = await startPeer()
  const transport = createHttpTransport()
  const signer = loadAppSigner({ private_key: APP.privatePem })
  const logged: { code: string; fields: LogFields | undefined }[] = []
  const logger: Logger = { ...silentLogger, warn: (code, fields) => void logged.push({ code, fields }) }
  const make = (deps: Partial<AlipayDeps> = {}): AlipayChannel =>
    createAlipayChannel({
      appId: APP_ID,
      account: ACCOUNT,
      gatewayUrl: `${peer.origin}/gateway.do`,
      signer: async () => signer,
      keyRing: async () => RING,
      transport,
      clock: { now: () => NOW },
      logger,
      sleep: async () => {},
      ...deps,
    })
  return {
    peer,
    alipay: make(),
    logged,
    make,
    sent: () => peer.requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body))),
    async close() {
      transport.close()
      await peer.close()
    },
  }
}

/** A signed answer to this method. */
export function answers(
  method: string,
  content: unknown,
  options?: Parameters<typeof signedAnswer>[2],
): Answerer {
  return text(signedAnswer(method, content, options))
}

/** Alipay calls its JSON `text/html`. */
export function text(body: string, status = 200): Answerer {
  return (_, response) => response.writeHead(status, { 'content-type': 'text/html;charset=utf-8' }).end(body)
}

export const business = (sub_code: string, code = '40004') => ({
  code,
  msg: 'Business Failed',
  sub_code,
  sub_msg: '不可说',
})

/** What a call must fail with. */
export async function failureOf(call: Promise<unknown>): Promise<ChannelError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ChannelError) return error
  throw new Error('expected a ChannelError', { cause: error })
}
