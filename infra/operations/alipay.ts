/** What Alipay adds to the operations of a stage that has it: two secrets, for those who call it. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { formatAlipaySettings } from '#shared/alipay-settings.ts'
import type { AlipaySettings } from '#shared/alipay-settings.ts'
import type { Operation } from '#shared/operations.ts'
import { DECRYPT, viaService } from './key-use.ts'

/** Who signs for Alipay, and verifies what it says. */
export const ALIPAY_CALLERS = [
  'prepay',
  'query',
  'close',
  'refund',
  'notify-alipay',
  'sweep',
  'reconcile',
] as const satisfies readonly Operation[]

/** Who has to know whose orders there are, and calls nobody. */
const KNOWS_ACCOUNT: readonly Operation[] = ['list', 'hold']

interface Place {
  readonly key: string
  readonly region: string | undefined
}

interface SecretArns {
  readonly signing: string
  readonly keys: string
}

interface Parts {
  readonly environmentOf: (operation: Operation) => Readonly<Record<string, string>>
  readonly policyOf: (operation: Operation) => readonly PolicyStatement[]
}

const NOTHING: Parts = { environmentOf: () => ({}), policyOf: () => [] }

export function alipayParts(
  settings: AlipaySettings | undefined,
  secrets: SecretArns | undefined,
  place: Place,
): Parts {
  if (settings === undefined || secrets === undefined) return NOTHING
  const WXPAY_ALIPAY = formatAlipaySettings(settings)
  const calls = (operation: Operation) => ALIPAY_CALLERS.some((caller) => caller === operation)
  return {
    environmentOf: (operation) =>
      calls(operation)
        ? {
            WXPAY_ALIPAY,
            ALIPAY_SIGNING_SECRET_ID: secrets.signing,
            ALIPAY_KEYS_SECRET_ID: secrets.keys,
          }
        : KNOWS_ACCOUNT.includes(operation)
          ? { WXPAY_ALIPAY }
          : {},
    policyOf: (operation) => (calls(operation) ? statements(secrets, place) : []),
  }
}

function statements({ signing, keys }: SecretArns, { key, region }: Place): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [signing, keys] }),
    new PolicyStatement({
      actions: DECRYPT,
      resources: [key],
      conditions: {
        StringEquals: {
          'kms:ViaService': viaService('secretsmanager', region),
          'kms:CallerAccount': Aws.ACCOUNT_ID,
        },
      },
    }),
  ]
}
