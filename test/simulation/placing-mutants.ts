/** One safeguard of placing orders each, taken away. */
import type { Mutant } from './mutant.ts'

const PREPAY = 'functions/prepay/prepay.ts'

export const placingMutants: readonly Mutant[] = [
  {
    name: 'a number is used again though WeChat told a payment of it (M5)',
    file: PREPAY,
    from: 'return stored.some((fact) => fact !== undefined)',
    to: 'return stored.length > 9',
    proven: { scenario: 'number-paid-elsewhere' },
  },
  {
    name: 'a number that WeChat has is rejected (M5)',
    file: PREPAY,
    from: "if (code === 'number_used') {",
    to: "if (code === 'order_closed') {",
    proven: { scenario: 'number-used-at-wechat' },
  },
  {
    name: 'a repeat that is refused rejects what was sent before',
    file: PREPAY,
    from: 'if (!first || !certain ||',
    to: 'if (!certain ||',
    proven: { scenario: 'prepay-of-unknown-outcome' },
  },
]
