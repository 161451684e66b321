/** `POST /v3/security/echo`: WeChat answers a message, and sends it to a notify URL as well (doc partner/4015139289, merchant/4014551946). */
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { WechatClient } from '#shared/wechat/call/client.ts'
import { readAnswer, requireEqual } from '#shared/wechat/call/read-answer.ts'
import { anyText, fields, parseWith } from '#shared/wire-rules.ts'

export interface Echo {
  readonly message: string
  readonly notifyUrl: string
  /** A text for WeChat's eyes, sealed with the key of this serial. */
  readonly sealed: string
  readonly serial: string
}

/** WeChat's pages have the field in two spellings. */
const SealedBack = fields({}, { encrypted_echo_message: anyText(), encrypt_echo_message: anyText() })
const Answer = fields(
  { echo_message: anyText() },
  { encrypted_echo_message: anyText(), encrypt_echo_message: anyText() },
)

/** Asks for the echo. @returns what WeChat sealed for the merchant, if anything. @throws ChannelError */
export async function askEcho(
  client: WechatClient,
  { message, notifyUrl, sealed, serial }: Echo,
  { signal }: CallOptions = {},
): Promise<string | undefined> {
  const answer = await client.call({
    operation: 'security_echo',
    method: 'POST',
    path: '/v3/security/echo',
    body: JSON.stringify({
      notify_url: notifyUrl,
      echo_message: message,
      encrypted_echo_message: sealed,
    }),
    serial,
    repeatable: true,
    signal,
  })
  const told = readAnswer(answer, (json) => parseWith(Answer, json))
  requireEqual(answer, { field: 'echo_message', expected: message, actual: told.echo_message })
  return told.encrypted_echo_message ?? told.encrypt_echo_message
}

/** What was sealed for the merchant in the content of the callback. */
export function sealedEcho(json: unknown): string | undefined {
  const parsed = parseWith(SealedBack, json)
  return parsed.ok ? (parsed.value.encrypted_echo_message ?? parsed.value.encrypt_echo_message) : undefined
}
