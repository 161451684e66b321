/** Faults that clients have, each with its cause in their code. One that is no longer seen has to leave this list. */
import type { KeyMode } from '#simulator/keys.ts'
import type { Operation } from './client.ts'

export interface KnownFault {
  readonly client: string
  readonly operations: readonly Operation[]
  readonly modes: readonly KeyMode[]
  readonly cause: string
}

const ALL: readonly KeyMode[] = ['certificate', 'public_key', 'mixed']

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    client: 'wechatpay-node-v3',
    operations: ['notify_payment', 'notify_refund', 'notify_tampered', 'notify_probe'],
    modes: ['public_key', 'mixed'],
    cause:
      'verifySign knows only certificates that it downloaded: it has no place for a WeChat Pay public key',
  },
  {
    client: 'wechatpay-node-v3',
    operations: ['query_odd_number'],
    modes: ALL,
    cause: 'query signs a number as it is, and superagent sends its | percent-encoded',
  },
  {
    client: 'wechatpay-node-v3',
    operations: ['notify_stale'],
    modes: ALL,
    cause: 'verifySign does not look at the timestamp: an old notification can be sent again',
  },
  {
    client: 'wechatpay-node-v3',
    operations: ['answer_unsigned', 'answer_forged'],
    modes: ALL,
    cause: 'PayRequest hands answers on without verifying them',
  },
  {
    client: 'wechatpay-java',
    operations: ['notify_stale'],
    modes: ALL,
    cause: 'NotificationParser does not look at the timestamp: an old notification can be sent again',
  },
  {
    client: 'better-wechatpay',
    operations: ['notify_stale'],
    modes: ALL,
    cause: 'Verifier.verify does not look at the timestamp: an old notification can be sent again',
  },
  {
    client: 'better-wechatpay',
    operations: ['answer_unsigned', 'answer_forged'],
    modes: ALL,
    cause: 'HttpClient.request waits for verifyResponse and drops what it says',
  },
]
