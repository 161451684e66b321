/** The secrets of Alipay: what signs and what verifies. Empty shells, as the others: the operator fills them. */
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { emptySecret, readersOnly } from './empty-secret.ts'

export interface AlipaySecretsProps {
  readonly key: IKey
  readonly retain: boolean
}

/** The ARN of each. */
export class AlipaySecrets extends Construct {
  /** The private key of the app, and its certificates where it has any: signs calls, and what the payer's client brings. */
  readonly signing: string
  /** Alipay's public keys or certificates: verifies answers and notifications. */
  readonly keys: string
  readonly #retain: boolean

  constructor(scope: Construct, id: string, { key, retain }: AlipaySecretsProps) {
    super(scope, id)
    this.#retain = retain
    const make = (name: string, description: string) =>
      emptySecret(this, name, { description: `Alipay: ${description}`, key, retain })
    this.signing = make('Signing', 'private key and certificates of the app')
    this.keys = make('Keys', 'public keys or certificates of Alipay')
  }

  /** Lets these roles read them and nobody else, whatever IAM gives them. */
  readableBy(roleArns: readonly string[]): void {
    const [signing, keys] = [this.signing, this.keys]
    for (const [name, secretId] of Object.entries({ signing, keys }))
      readersOnly(this, `Readers of ${name}`, { secretId, roleArns, retain: this.#retain })
  }
}
