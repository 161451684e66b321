/** A secret without a value, and who may read it. */
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { CfnResourcePolicy, CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { removal } from './removal.ts'

interface EmptySecret {
  readonly description: string
  readonly key: IKey
  readonly retain: boolean
}

/** The L2 construct would generate a random value, which functions would take for a malformed secret. @returns its ARN */
export function emptySecret(scope: Construct, id: string, { description, key, retain }: EmptySecret): string {
  const secret = new CfnSecret(scope, id, { description, kmsKeyId: key.keyArn })
  secret.applyRemovalPolicy(removal(retain))
  return secret.ref
}

interface Readers {
  readonly secretId: string
  readonly roleArns: readonly string[]
  readonly retain: boolean
}

/**
 * Only reading is denied: administrators can still fill, describe and delete the secret, and change this policy, so that
 * nobody is locked out.
 */
export function readersOnly(
  scope: Construct,
  id: string,
  { secretId, roleArns, retain }: Readers,
): CfnResourcePolicy {
  const statement = new PolicyStatement({
    sid: 'ReadersOnly',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['secretsmanager:GetSecretValue'],
    resources: ['*'],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': roleArns } },
  })
  const policy = new CfnResourcePolicy(scope, id, {
    secretId,
    resourcePolicy: new PolicyDocument({ statements: [statement] }),
    blockPublicPolicy: true,
  })
  // A secret that stays keeps its readers: without the policy everyone whom IAM lets could read it.
  policy.applyRemovalPolicy(removal(retain))
  return policy
}
