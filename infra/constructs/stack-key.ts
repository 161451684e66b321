/**
 * The key under which the secrets and the topics are encrypted. Queues hold nothing but fact keys and have the key of SQS;
 * the tables have the one of DynamoDB, so that nobody can make the orders unreadable by switching a key off.
 */
import { Aws, Stack } from 'aws-cdk-lib'
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { ENCRYPT, viaService } from '#infra/operations/key-use.ts'
import { removal } from './removal.ts'
import { servicePrincipal } from './service-principal.ts'

/** All that administrators do with a key, spelled out; using it is not among them. */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListAliases',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListKeyRotations',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
]

export interface StackKeyProps {
  readonly retain: boolean
  /** @default known at deployment only */
  readonly region: string | undefined
  /** A key that is there already, with a policy like the one below. */
  readonly given: IKey | undefined
  /** Whether CloudWatch publishes to a topic under it. */
  readonly alarms: boolean
}

export class StackKey extends Construct {
  readonly key: IKey

  constructor(scope: Construct, id: string, { retain, region, given, alarms }: StackKeyProps) {
    super(scope, id)
    if (given !== undefined) {
      this.key = given
      // Only of a key of the same app CDK can change the policy; for any other it has to be there already.
      if (alarms) given.addToResourcePolicy(alarmsOf())
      return
    }
    this.key = new Key(this, 'Key', {
      description: `${Stack.of(this).stackName}: secrets and topics`,
      enableKeyRotation: true,
      removalPolicy: removal(retain),
      policy: new PolicyDocument({ statements: [administration(), use(region), alarmsOf()] }),
    })
  }
}

/** To whom IAM gives it: the account never loses its key. */
function administration(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Administration',
    principals: [new AccountRootPrincipal()],
    actions: ADMINISTRATION,
    resources: ['*'],
  })
}

/** To whom IAM gives it, and only through the two services: no call of KMS itself encrypts or decrypts anything. */
function use(region: string | undefined): PolicyStatement {
  return new PolicyStatement({
    sid: 'UseThroughServices',
    principals: [new AccountRootPrincipal()],
    actions: ENCRYPT,
    resources: ['*'],
    conditions: {
      StringEquals: {
        'kms:ViaService': [...viaService('secretsmanager', region), ...viaService('sns', region)],
        'kms:CallerAccount': Aws.ACCOUNT_ID,
      },
    },
  })
}

/** CloudWatch publishes alarms as itself, without the conditions above; the policy of the topic names the account instead. */
function alarmsOf(): PolicyStatement {
  return new PolicyStatement({
    sid: 'Alarms',
    principals: [servicePrincipal('cloudwatch')],
    actions: ENCRYPT,
    resources: ['*'],
  })
}
