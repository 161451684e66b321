/** What the account, region and stack are called on this machine, and the values of the pseudo parameters. */

/** All local resources belong to this account; fauxqs knows no other. */
export const LOCAL_ACCOUNT = '000000000000'

export interface StackIdentity {
  readonly stackName: string
  readonly region: string
  readonly partition: string
  readonly urlSuffix: string
}

/** Derives partition and URL suffix from the region. */
export function stackIdentity(stackName: string, region: string): StackIdentity {
  const china = region.startsWith('cn-')
  return {
    stackName,
    region,
    partition: china ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    urlSuffix: china ? 'amazonaws.com.cn' : 'amazonaws.com',
  }
}

/** The values of `AWS::…` in `Ref` and `Fn::Sub`; `AWS::NoValue` is not among them. */
export function pseudoParameters(identity: StackIdentity): Readonly<Record<string, string>> {
  const { stackName, region, partition, urlSuffix } = identity
  return {
    'AWS::AccountId': LOCAL_ACCOUNT,
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::StackId': arn(identity, 'cloudformation', `stack/${stackName}/local`),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': urlSuffix,
  }
}

/** ARN of a local resource. */
export function arn({ partition, region }: StackIdentity, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${LOCAL_ACCOUNT}:${resource}`
}
