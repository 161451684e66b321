/** `POST /v3/security/echo`: a merchant tries signature, encryption and callback without a payment (doc partner/4015139289). */
import { sealField } from '#shared/crypto/keys.ts'
import * as v from 'valibot'
import { notifyUrl, optionalText, parseBody, requiredText } from './field-rules.ts'
import type { Ids } from './ids.ts'
import type { Keys } from './keys.ts'
import type { Notifier } from './notifier.ts'
import type { Call, Route } from './route.ts'
import { keyOfWechatpaySerial, openField } from './sensitive-field.ts'
import type { Timeline } from './timeline.ts'
import type { Wire } from './views.ts'

const MAX_MESSAGE = 2048
const MAX_CIPHERTEXT = 4096

const schema = v.strictObject({
  notify_url: v.optional(notifyUrl(256)),
  echo_message: requiredText(MAX_MESSAGE),
  encrypted_echo_message: optionalText(MAX_CIPHERTEXT),
})

export interface EchoDeps {
  readonly keys: Keys
  readonly ids: Ids
  readonly notifier: Notifier
  readonly timeline: Timeline
}

/** The endpoint. Without a notify_url there is no callback. */
export function createEchoRoute(deps: EchoDeps): Route {
  return {
    endpoint: 'security_echo',
    method: 'POST',
    pattern: /^\/v3\/security\/echo$/,
    dialect: 'others',
    handle: (call) => echo(call, deps),
  }
}

function echo(
  { body, wechatpaySerial, merchantKey }: Call,
  { keys, ids, notifier, timeline }: EchoDeps,
): Wire {
  const { echo_message, encrypted_echo_message: sealed, notify_url: url } = parseBody(schema, body)
  const key = keyOfWechatpaySerial(keys, wechatpaySerial)
  const secret = sealed === undefined ? undefined : openField(key, 'encrypted_echo_message', sealed)
  const anew = (): string | undefined => (secret === undefined ? undefined : sealField(merchantKey, secret))
  if (url !== undefined) {
    const now = timeline.now()
    // The field is called otherwise than in the request, in the document as well.
    const resource = { echo_message, encrypt_echo_message: anew() }
    notifier.submit(
      { event: 'other', url },
      {
        id: ids.notificationId(),
        eventType: 'SECURITY_ECHO.SUCCESS',
        originalType: 'security',
        summary: '回显成功',
        createdAt: now,
        resource,
      },
    )
  }
  return { echo_message, encrypted_echo_message: anew() }
}
