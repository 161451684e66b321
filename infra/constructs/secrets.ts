/** The three secrets, split by who reads them. Empty shells: values come from the operator and from rotate-certs, never from a template. */
import { RemovalPolicy } from 'aws-cdk-lib'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'

export class Secrets extends Construct {
  /** The merchant's private key and its serial: signs requests. */
  readonly merchantSigning: CfnSecret
  /** Current and previous APIv3 key: decrypts notifications and certificates. */
  readonly apiV3Key: CfnSecret
  /** WeChat's certificates and public keys: verifies answers and notifications. */
  readonly platformKeys: CfnSecret

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.merchantSigning = this.emptySecret(
      'MerchantSigning',
      'WeChat Pay: private key and serial of the merchant API certificate',
    )
    this.apiV3Key = this.emptySecret('ApiV3Key', 'WeChat Pay: current and previous APIv3 key')
    this.platformKeys = this.emptySecret(
      'PlatformKeys',
      'WeChat Pay: platform certificates and public keys by serial',
    )
  }

  /** The L2 construct would generate a random value, which functions would take for a malformed secret. */
  private emptySecret(id: string, description: string): CfnSecret {
    const secret = new CfnSecret(this, id, { description })
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN)
    return secret
  }
}
