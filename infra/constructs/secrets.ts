/** The three secrets, split by who reads them. Empty shells: values come from the operator and from rotate-certs, never from a template. */
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Key } from 'aws-cdk-lib/aws-kms'
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Secret } from '#infra/operations/permissions.ts'
import { removal } from './removal.ts'

export interface SecretsProps {
  readonly key: Key
  readonly retain: boolean
}

export class Secrets extends Construct {
  /** The merchant's private key and its serial: signs requests. */
  readonly merchantSigning: CfnSecret
  /** Current and previous APIv3 key: decrypts notifications and certificates. */
  readonly apiV3Key: CfnSecret
  /** WeChat's certificates and public keys: verifies answers and notifications. */
  readonly platformKeys: CfnSecret
  readonly #props: SecretsProps

  constructor(scope: Construct, id: string, props: SecretsProps) {
    super(scope, id)
    this.#props = props
    this.merchantSigning = this.#emptySecret(
      'MerchantSigning',
      'WeChat Pay: private key and serial of the merchant API certificate',
    )
    this.apiV3Key = this.#emptySecret('ApiV3Key', 'WeChat Pay: current and previous APIv3 key')
    this.platformKeys = this.#emptySecret(
      'PlatformKeys',
      'WeChat Pay: platform certificates and public keys by serial',
    )
  }

  /**
   * Lets these roles read a secret and nobody else, whatever IAM gives them.
   *
   * Only reading is denied: administrators can still fill, describe and delete the secret, and change this policy, so that
   * nobody is locked out.
   */
  readableBy(name: Secret, roleArns: readonly string[]): CfnResourcePolicy {
    const statement = new PolicyStatement({
      sid: 'ReadersOnly',
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: { ArnNotEquals: { 'aws:PrincipalArn': roleArns } },
    })
    const policy = new CfnResourcePolicy(this, `Readers of ${name}`, {
      secretId: this[name].ref,
      resourcePolicy: new PolicyDocument({ statements: [statement] }),
      blockPublicPolicy: true,
    })
    // A secret that stays keeps its readers: without the policy everyone whom IAM lets could read it.
    policy.applyRemovalPolicy(removal(this.#props.retain))
    return policy
  }

  /** The L2 construct would generate a random value, which functions would take for a malformed secret. */
  #emptySecret(id: string, description: string): CfnSecret {
    const secret = new CfnSecret(this, id, { description, kmsKeyId: this.#props.key.keyArn })
    secret.applyRemovalPolicy(removal(this.#props.retain))
    return secret
  }
}
