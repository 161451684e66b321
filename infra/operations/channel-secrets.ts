/** Who reads the secrets of the channels of a stage. */
import { Aws } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type BySecret, callersOf, type ChannelName, secretsOf } from '#infra/channels/channels.ts'
import type { SecretName } from '#infra/channels/channels.ts'
import type { Operation } from '#shared/operations.ts'
import { DECRYPT, viaService } from './key-use.ts'
import { operationsOf } from './operations.ts'
import { readsSecret } from './permissions.ts'

/** Those who need it in the table of operations, then the callers of its channel. */
export function readersOf(channels: readonly ChannelName[], secret: SecretName): readonly Operation[] {
  const own = channels.filter((channel) => secretsOf(channel).each.some(({ name }) => name === secret))
  return [
    ...operationsOf(channels).filter((operation) => readsSecret(operation, secret)),
    ...own.flatMap((channel) => callersOf(channel)),
  ]
}

interface Place {
  readonly arns: BySecret<string>
  /** What they are encrypted under. */
  readonly key: string
  /** @default known at deployment only */
  readonly region: string | undefined
}

/** What the callers of the channels may do beside what the table of operations gives them. */
export function callerStatements(
  operation: Operation,
  channels: readonly ChannelName[],
  place: Place,
): readonly PolicyStatement[] {
  return channels
    .filter((channel) => callersOf(channel).includes(operation))
    .flatMap((channel) => statements(channel, place))
}

function statements(channel: ChannelName, { arns, key, region }: Place): readonly PolicyStatement[] {
  const resources = secretsOf(channel).each.flatMap(({ name }) => arns[name] ?? [])
  return [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources }),
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
