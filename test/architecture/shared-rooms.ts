/** The rooms of `shared`, the ground first, and what other houses name of them. */
import { room } from './room.ts'
import type { Room } from './room.ts'

export const PURE = ['valibot', 'node:crypto']
export const GROUND = ['shared']
export const DOMAIN = [
  ...GROUND,
  'shared/crypto',
  'shared/facts',
  'shared/ledger',
  'shared/orders',
  'shared/events',
]
const TRUST = 'shared/wechat/trust'
export const EXPLAIN = 'shared/wechat/explain'
export const HTTP = 'shared/http'
export const CHANNEL = ['shared/wechat', TRUST, 'shared/wechat/call', 'shared/wechat/v3', 'shared/wechat/v2']
export const FLOWS = ['shared/payments', 'shared/refunds', 'shared/bills', 'shared/reconciliation']
export const WORLD = ['shared/aws', 'shared/stores', 'shared/secrets']
const NETWORK = ['node:http', 'node:https', 'node:net', 'node:tls', 'node:timers/promises']

export const SHARED: readonly Room[] = [
  room('shared', 'ground', [], ['valibot', 'node:async_hooks', 'node:buffer', 'node:crypto']),
  // Functions have it beside their bundles, and read it where there are keys of SM2.
  room('shared/crypto/sm', 'domain', [], ['sm-crypto-v2']),
  room('shared/crypto', 'domain', [...GROUND, 'shared/crypto/sm'], PURE),
  room('shared/facts', 'domain', DOMAIN.slice(0, 2), PURE),
  room('shared/ledger', 'domain', DOMAIN.slice(0, 3), PURE),
  room('shared/orders', 'domain', DOMAIN.slice(0, 4), PURE),
  room('shared/events', 'domain', DOMAIN.slice(0, 5), PURE),
  // Exchanges with a channel over HTTP, whichever it is.
  room(HTTP, 'channel', DOMAIN, NETWORK),
  room('shared/wechat', 'channel', DOMAIN, PURE),
  room('shared/wechat/trust', 'channel', [...DOMAIN, 'shared/wechat'], PURE),
  room(EXPLAIN, 'channel', ['shared/crypto'], PURE),
  room(
    'shared/wechat/call',
    'channel',
    [...DOMAIN, HTTP, ...CHANNEL.slice(0, 2)],
    [...PURE, 'node:timers/promises'],
  ),
  room('shared/wechat/v3', 'channel', [...DOMAIN, HTTP, ...CHANNEL.slice(0, 3)], PURE),
  // The one place that parses XML, and that only notify-v2 has in its bundle.
  room('shared/wechat/v2', 'channel', [...DOMAIN, ...CHANNEL.slice(0, 3)], [...PURE, 'saxes']),
  room('shared/alipay', 'channel', [...DOMAIN, HTTP], PURE),
  room('shared/api', 'api', DOMAIN, PURE),
  room('shared/payments', 'flow', DOMAIN, PURE),
  room('shared/refunds', 'flow', DOMAIN, PURE),
  // Decompression keeps no state and asks nobody: it is as pure as a hash.
  room('shared/bills', 'flow', DOMAIN, [...PURE, 'node:stream', 'node:zlib']),
  room(
    'shared/alipay/bills',
    'channel',
    [...DOMAIN, HTTP, 'shared/alipay', 'shared/bills'],
    [...PURE, 'node:zlib'],
  ),
  room('shared/aws/lean', 'adapter', [], ['node:process', 'node:crypto', 'node:zlib']),
  room('shared/reconciliation', 'flow', [...DOMAIN, 'shared/bills', 'shared/payments'], PURE),
  room('shared/aws', 'adapter', [...DOMAIN, TRUST], ['@aws-sdk/*', '@smithy/*', 'node:stream']),
  // What is kept of a day is said where days are reconciled.
  room(
    'shared/stores',
    'adapter',
    [...DOMAIN, 'shared/bills', 'shared/reconciliation'],
    [...PURE, '@aws-sdk/*', 'node:zlib'],
  ),
  room('shared/secrets', 'adapter', [...DOMAIN, TRUST, 'shared/alipay'], [...PURE, '@aws-sdk/*']),
  // Of the file system a function has its standard output, and no more.
  room('shared/output', 'adapter', [], ['node:fs']),
  room(
    'shared/lambda',
    'frame',
    [
      ...DOMAIN,
      'shared/output',
      HTTP,
      ...CHANNEL,
      'shared/alipay',
      'shared/alipay/bills',
      'shared/api',
      ...WORLD,
    ],
    ['valibot', '@middy/*', 'aws-lambda'],
  ),
]
