/** The secrets, split by who reads them. Empty shells: values come from the operator and from rotate-certs, never from a template. */
import type { IKey } from 'aws-cdk-lib/aws-kms'
import type { CfnResourcePolicy } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Secret } from '#infra/operations/permissions.ts'
import type { GivenResources } from './given-resources.ts'
import { emptySecret, readersOnly } from './empty-secret.ts'

export interface SecretsProps {
  readonly key: IKey
  readonly retain: boolean
  readonly given: Pick<
    GivenResources,
    'merchantSigningSecret' | 'apiV3KeySecret' | 'apiV2KeySecret' | 'platformKeysSecret'
  >
}

/** The ARN of each. */
export class Secrets extends Construct {
  /** The merchant's private key and its serial: signs requests. */
  readonly merchantSigning: string
  /** Current and previous APIv3 key: decrypts notifications and certificates. */
  readonly apiV3Key: string
  /** Current and previous APIv2 key, for refund notices of the merchant platform: may stay empty. */
  readonly apiV2Key: string
  /** WeChat's certificates and public keys: verifies answers and notifications. */
  readonly platformKeys: string
  readonly #props: SecretsProps

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id)
    this.#props = props
    const { given } = props
    this.merchantSigning =
      given.merchantSigningSecret?.secretArn ??
      this.#emptySecret('MerchantSigning', 'private key and serial of the merchant API certificate')
    this.apiV3Key =
      given.apiV3KeySecret?.secretArn ?? this.#emptySecret('ApiV3Key', 'current and previous APIv3 key')
    this.apiV2Key =
      given.apiV2KeySecret?.secretArn ??
      this.#emptySecret(
        'ApiV2Key',
        'APIv2 key, for notices of refunds made on the merchant platform (optional)',
      )
    this.platformKeys =
      given.platformKeysSecret?.secretArn ??
      this.#emptySecret('PlatformKeys', 'platform certificates and public keys by serial')
  }

  /** Lets these roles read a secret and nobody else, whatever IAM gives them. */
  readableBy(name: Secret, roleArns: readonly string[]): CfnResourcePolicy {
    return readersOnly(this, `Readers of ${name}`, {
      secretId: this[name],
      roleArns,
      retain: this.#props.retain,
    })
  }

  #emptySecret(id: string, holds: string): string {
    const { key, retain } = this.#props
    return emptySecret(this, id, { description: `WeChat Pay: ${holds}`, key, retain })
  }
}
