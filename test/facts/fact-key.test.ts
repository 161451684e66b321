import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { OutRefundNo, OutTradeNo } from '#shared/api/request-fields.ts'
import {
  conflictKey,
  DECISION_ACTIONS,
  factKeyOfEvent,
  formatFactKey,
  parseFactKey,
  PAYMENT_FACT_STATES,
  paymentFactKey,
  REFUND_FACT_STATES,
  refundFactKey,
  secondEventId,
} from '#shared/facts/fact-key.ts'
import type { FactKey } from '#shared/facts/fact-key.ts'
import {
  orderKey,
  parseOrderKey,
  paymentCountKey,
  reconcileTurnKey,
  reconciliationKey,
  refundCountKey,
  refundPointerKey,
  sweepTurnKey,
  switchChangeKey,
  switchesKey,
} from '#shared/orders/order-key.ts'

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-|*'
const textOf = (characters: string, [minLength, maxLength]: readonly [number, number]) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength })
const mchid = textOf('0123456789', [1, 32])
const outTradeNo = textOf(letters, [6, 32])
const outRefundNo = textOf(`${letters}@`, [1, 64])
const suffix = fc.option(
  fc.oneof(
    fc.record({ conflict: textOf('0123456789abcdef', [16, 16]) }),
    fc.record({ accepted: fc.maxSafeNat() }),
  ),
)
const factKeys: fc.Arbitrary<FactKey> = fc
  .tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant('payment' as const),
        mchid,
        number: outTradeNo,
        state: fc.constantFrom(...PAYMENT_FACT_STATES),
      }),
      fc.record({
        kind: fc.constant('refund' as const),
        mchid,
        number: outRefundNo,
        state: fc.constantFrom(...REFUND_FACT_STATES),
      }),
      fc.record({
        kind: fc.constant('failure' as const),
        mchid,
        number: outRefundNo,
        attempt: fc.integer({ min: 1, max: 999_999 }),
      }),
      fc.record({
        kind: fc.constant('state' as const),
        mchid,
        number: outTradeNo,
        digest: textOf('0123456789abcdef', [16, 16]),
      }),
      fc.record({
        kind: fc.constant('decision' as const),
        mchid,
        number: outTradeNo,
        action: fc.constantFrom(...DECISION_ACTIONS),
        digest: textOf('0123456789abcdef', [16, 16]),
      }),
      fc.record({ kind: fc.constant('notification' as const), mchid, number: outRefundNo }),
    ),
    suffix,
  )
  .map(([key, tail]) => (tail === null || !('state' in key) ? key : { ...key, suffix: tail }))

describe('the key of a fact', () => {
  it('is read as what it was made of, for every number that merchants may use', () => {
    fc.assert(
      fc.property(factKeys, (key) => {
        const rule =
          key.kind === 'refund' || key.kind === 'failure' || key.kind === 'notification'
            ? OutRefundNo
            : OutTradeNo
        expect(v.is(rule, key.number)).toBe(true)
        expect(parseFactKey(formatFactKey(key))).toEqual({ ok: true, key })
      }),
    )
  })

  it('has the form that is stored and published', () => {
    const paid = paymentFactKey('1900000109', 'ORDER-1|*', 'SUCCESS')
    expect(paid).toBe('payment#1900000109#ORDER-1|*#SUCCESS')
    expect(refundFactKey('1900000109', 'R@1', 'ABNORMAL')).toBe('refund#1900000109#R@1#ABNORMAL')
    expect(conflictKey(paid, '0123456789abcdef0123')).toBe(`${paid}#CONFLICT#0123456789abcdef`)
    expect(formatFactKey({ kind: 'failure', mchid: '1900000109', number: 'R@1', attempt: 2 })).toBe(
      'failure#1900000109#R@1#2',
    )
    const noticed = formatFactKey({ kind: 'notification', mchid: '1900000109', number: 'EV-1' })
    expect(noticed).toBe('notification#1900000109#EV-1')
    expect(parseFactKey(conflictKey(noticed, '0123456789abcdef'))).toMatchObject({
      key: { kind: 'notification', suffix: { conflict: '0123456789abcdef' } },
    })
    expect(secondEventId(paid, 'order.held')).toBe(`${paid}#order.held`)
    expect([paid, secondEventId(paid, 'order.held')].map(factKeyOfEvent)).toEqual([paid, paid])
    expect(['ORDER-1', `${paid}#other`, 'order.held'].map(factKeyOfEvent)).toEqual(Array(3).fill(undefined))
  })

  it.each([
    ['', 'kind'],
    ['operator#1795223194582', 'kind'],
    ['Payment#1900000109#ORDER-1#SUCCESS', 'kind'],
    ['payment', 'mchid'],
    ['payment##ORDER-1#SUCCESS', 'mchid'],
    ['payment#1900 0109#ORDER-1#SUCCESS', 'mchid'],
    ['payment#1900000109', 'number'],
    ['payment#1900000109##SUCCESS', 'number'],
    ['payment#1900000109#ÖRDER#SUCCESS', 'number'],
    [`refund#1900000109#${'x'.repeat(65)}#SUCCESS`, 'number'],
    ['payment#1900000109#ORDER-1', 'state'],
    ['payment#1900000109#ORDER-1#ABNORMAL', 'state'],
    ['refund#1900000109#R1#UNKNOWN', 'state'],
    ['failure#1900000109#R1', 'attempt'],
    ['failure#1900000109#R1#0', 'attempt'],
    ['failure#1900000109#R1#1#2', 'attempt'],
    ['decision#1900000109#ORDER-1#forget#0123456789abcdef', 'decision'],
    ['decision#1900000109#ORDER-1#hold#xyz', 'decision'],
    ['notification#1900000109#EV 1', 'number'],
    ['notification#1900000109#EV-1#SUCCESS', 'suffix'],
    ['decision#1900000109#ORDER-1#hold#0123456789abcdef#1', 'decision'],
    ['state#1900000109#ORDER-1', 'digest'],
    ['state#1900000109#ORDER-1#FINISHED', 'digest'],
    ['state#1900000109#ORDER-1#0123456789abcdef#1', 'digest'],
    ['payment#1900000109#ORDER#1#SUCCESS', 'state'],
    ['payment#1900000109#ORDER-1#SUCCESS#', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS\n', 'state'],
    ['payment#1900000109#ORDER-1#SUCCESS#ACCEPTED', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#ACCEPTED#-1', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#ACCEPTED#007', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#ACCEPTED#9007199254740993', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#CONFLICT#0123', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#OTHER#1', 'suffix'],
    ['payment#1900000109#ORDER-1#SUCCESS#ACCEPTED#1#ACCEPTED#2', 'suffix'],
  ])('is not %j, for want of a %s', (text, part) => {
    expect(parseFactKey(text)).toEqual({ ok: false, part })
  })

  it('is nothing that can be read in two ways', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), textOf('payment#refund#1A#SUCCESS#', [1, 60])), (text) => {
        const parsed = parseFactKey(text)
        expect(parsed.ok ? formatFactKey(parsed.key) : text).toBe(text)
      }),
    )
  })
})

describe('the keys of the orders table', () => {
  it('are read as what they were made of', () => {
    fc.assert(
      fc.property(mchid, outTradeNo, (merchant, number) => {
        expect(parseOrderKey(orderKey(merchant, number))).toEqual({ mchid: merchant, outTradeNo: number })
      }),
    )
  })

  it.each([
    '',
    '1900000109',
    '1900000109#',
    '#ORDER-1',
    'a#b#c',
    refundPointerKey('1900000109', 'R1'),
    reconciliationKey('1900000109', '2026-03-12'),
    reconcileTurnKey('1900000109'),
    sweepTurnKey('1900000109'),
    switchesKey('1900000109'),
    switchChangeKey('1900000109', 'C1'),
    refundCountKey('1900000109'),
    paymentCountKey('1900000109', 3),
  ])('are not %j', (text) => {
    expect(parseOrderKey(text)).toBeUndefined()
  })
})

describe('the grammar of keys', () => {
  const HOMES = [
    'shared/facts/fact-key.ts',
    'shared/orders/order-key.ts',
    // Its dictionary has examples of keys in it, and never changes, whatever becomes of the grammar.
    'shared/stores/order-form-3.ts',
  ]
  /** A kind or a state beside a separator, or two values with nothing but a separator between them. */
  const BY_HAND =
    /\b(?:payment|refund)#|#(?:SUCCESS|CLOSED|ABNORMAL|CONFLICT|ACCEPTED)\b|mchid\}#\$\{|[Kk]ey\.(?:split|indexOf)\('#/

  it.each([
    'const key = `payment#${mchid}#${number}#SUCCESS`',
    "factKey.startsWith('refund#')",
    'return `${order.mchid}#${out_trade_no}`',
    "orderKey.slice(orderKey.indexOf('#') + 1)",
    "line.includes('#SUCCESS')",
  ])('would be found by hand in %s', (breach) => {
    expect(breach).toMatch(BY_HAND)
  })

  it('is written down nowhere else', () => {
    const root = join(import.meta.dirname, '../..')
    const files = globSync('{shared,functions,infra,local,simulator,cli,bench}/**/*.ts', { cwd: root })
    const found = files.filter(
      (file) => !HOMES.includes(file) && BY_HAND.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(files.length).toBeGreaterThan(100)
    expect(found, 'use shared/facts/fact-key.ts or shared/orders/order-key.ts').toEqual([])
  })
})
