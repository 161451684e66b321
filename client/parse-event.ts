/** Events out of whatever brought them: SNS, SQS, EventBridge, Lambda. */
import type { WechatPayEvent } from './contract/events.ts'

const ABOUT_ORDERS = /^(?:payment|refund|order)\./
/** An SQS record with an SNS envelope with the event has four; nothing legal has more than six. */
const DEEPEST = 8

/**
 * Gives the one event in a message: the event itself (raw delivery), the envelope of SNS, a message of SQS, an event of
 * EventBridge, the event of a Lambda function, each as text or object. Types of a later release pass: keep a `default`.
 *
 * @throws TypeError for anything else, and for several events: take `parseEvents` for those.
 */
export function parseEvent(body: unknown): WechatPayEvent {
  const [event, ...more] = parseEvents(body)
  if (event === undefined || more.length > 0)
    throw new TypeError(`body holds ${more.length + (event === undefined ? 0 : 1)} events and must hold one`)
  return event
}

/** Gives all events in it, as in the `Records` that a function gets. @throws TypeError */
export function parseEvents(body: unknown): readonly WechatPayEvent[] {
  return unwrap(body, DEEPEST)
}

function unwrap(value: unknown, left: number): readonly WechatPayEvent[] {
  if (left === 0) throw new TypeError('body is wrapped too deeply')
  if (typeof value === 'string') return unwrap(jsonOf(value), left - 1)
  if (Array.isArray(value)) return value.flatMap((each) => unwrap(each, left - 1))
  if (typeof value !== 'object' || value === null) throw new TypeError('body must be JSON text or an object')
  if (isEvent(value)) return [value]
  return unwrap(contentOf(value), left - 1)
}

function contentOf(value: object): unknown {
  if ('specversion' in value) throw new TypeError('body is a CloudEvent, and none of wechatpay-lambda')
  if ('Type' in value && value.Type !== 'Notification')
    throw new TypeError('body is a message of SNS that brings no event: confirm the subscription first')
  if ('Records' in value) return value.Records
  if ('Messages' in value) return value.Messages ?? []
  if ('Sns' in value) return value.Sns
  if ('Message' in value) return value.Message
  if ('body' in value) return value.body
  if ('Body' in value) return value.Body
  if ('detail' in value) return value.detail
  throw new TypeError('body is no event and no message of SNS, SQS or EventBridge')
}

/** Enough to rely on: a later release may add types and fields. */
function isEvent(value: object): value is WechatPayEvent {
  const { specversion, id, source, type, subject, time, data } = fieldsOf(value)
  const { mchid, out_trade_no, order_version } = fieldsOf(data)
  const named = [id, source, type, subject, time, mchid].every((text) => typeof text === 'string')
  if (!named || specversion !== '1.0' || id === '' || !String(source).startsWith('/wechatpay/')) return false
  return (
    !ABOUT_ORDERS.test(String(type)) ||
    (typeof out_trade_no === 'string' && Number.isSafeInteger(order_version))
  )
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError('body is not JSON')
  }
}
