/** The text of an answer of Alipay's gateway, signed over its inner object, and spoiled as asked for. */
import { signSha256 } from '#shared/crypto/rsa.ts'
import type { CallFault } from './faults.ts'
import { TITLES } from './gateway-error.ts'
import type { GatewayError } from './gateway-error.ts'
import type { AlipayKeys } from './keys.ts'

interface Answered {
  readonly method: string
  readonly faults: readonly CallFault[]
  readonly content?: Readonly<Record<string, unknown>>
  readonly error?: GatewayError
}

export function answerText(keys: AlipayKeys, { method, faults, content = {}, error }: Answered): string {
  const has = (kind: CallFault['kind']) => faults.some((fault) => fault.kind === kind)
  const code = error?.code ?? '10000'
  const told = withStrangeState(content, faults)
  const said = has('fund_change_unsaid') ? { ...told, fund_change: 'N' } : told
  const text = JSON.stringify({
    code,
    msg: TITLES[code] ?? 'Error',
    ...(error === undefined ? said : { sub_code: error.sub_code, sub_msg: error.message }),
  })
  const name =
    error === undefined || method !== '' ? `${method.replaceAll('.', '_')}_response` : 'error_response'
  if (error?.isSigned === false || has('unsigned')) return `{${JSON.stringify(name)}:${text}}`
  // Of all keys that are not Alipay's, the merchant's own is the one that is most easily mixed up with it.
  const { privateKey: key } = has('bad_signature') ? keys.app : keys.alipay
  const more = keys.mode === 'certificate' ? { alipay_cert_sn: keys.alipay.sn } : {}
  const members = JSON.stringify({ ...more, sign: signSha256(key, text) })
  return `{${JSON.stringify(name)}:${text},${members.slice(1)}`
}

/** The state of a trade or refund is another; an answer that tells none stays as it is. */
function withStrangeState(content: NonNullable<Answered['content']>, faults: readonly CallFault[]) {
  const fault = faults.find(({ kind }) => kind === 'strange_state')
  if (fault?.kind !== 'strange_state') return content
  const told = ['trade_status', 'refund_status'].filter((name) => name in content)
  return { ...content, ...Object.fromEntries(told.map((name) => [name, fault.state])) }
}
