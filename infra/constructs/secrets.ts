/** The secrets of the channels, split by who reads them. Empty shells: values come from the operator and from functions, never from a template. */
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { type BySecret, type ChannelName, propOf, secretsOf } from '#infra/channels/channels.ts'
import type { SecretName } from '#infra/channels/channels.ts'
import type { GivenSecrets } from './given-resources.ts'
import { emptySecret, readersOnly } from './empty-secret.ts'

export interface SecretsProps {
  readonly channels: readonly ChannelName[]
  readonly key: IKey
  readonly retain: boolean
  readonly given: GivenSecrets
}

export interface MadeSecret {
  readonly name: SecretName
  readonly arn: string
  /** Where the policy that names its readers stands, and what it is called. */
  readonly scope: Construct
  readonly readersId: string
}

export class Secrets {
  /** The ARN of each that the stage has. */
  readonly arns: BySecret<string>
  /** The same in the order of the channels. */
  readonly made: readonly MadeSecret[]
  readonly #retain: boolean

  constructor(scope: Construct, { channels, ...props }: SecretsProps) {
    this.#retain = props.retain
    this.made = channels.flatMap((channel) => secretsIn(scope, channel, props))
    const arns: { -readonly [Name in SecretName]?: string } = {}
    for (const { name, arn } of this.made) arns[name] = arn
    this.arns = arns
  }

  /** @throws Error where the stage has no such secret */
  arnOf(name: SecretName): string {
    const arn = this.arns[name]
    if (arn === undefined) throw new Error(`the stage has no secret ${name}`)
    return arn
  }

  /** Lets these roles read each secret and nobody else, whatever IAM gives them. */
  readableBy(roleArnsFor: (name: SecretName) => readonly string[]): void {
    const retain = this.#retain
    for (const { name, arn: secretId, scope, readersId } of this.made)
      readersOnly(scope, readersId, { secretId, roleArns: roleArnsFor(name), retain })
  }
}

function secretsIn(
  scope: Construct,
  channel: ChannelName,
  { key, retain, given }: Omit<SecretsProps, 'channels'>,
): readonly MadeSecret[] {
  const { label, id: place, each } = secretsOf(channel)
  const inside = new Construct(scope, place)
  return each.map(({ name, id, holds }) => ({
    name,
    arn:
      given[propOf(name)]?.secretArn ??
      emptySecret(inside, id, { description: `${label}: ${holds}`, key, retain }),
    scope: inside,
    readersId: `Readers of ${id.charAt(0).toLowerCase()}${id.slice(1)}`,
  }))
}
