/** Whether what is named by its ARN is where the payment system is. An ARN that is known at deployment only is believed. */
import { Token } from 'aws-cdk-lib'
import { type CheckedSettings, partitionOf } from './stage-settings.ts'

export interface Place {
  readonly region: string
  /** @default any */
  readonly account: string | undefined
  /** What says the region. */
  readonly of: 'stage' | 'stack'
}

/** Names of settings, each with its ARN, if there is one. */
export type Named = ReadonlyArray<readonly [name: string, arn: string | undefined]>

/** A topic may be another account's. */
const OF_ANY_ACCOUNT = /^(?:alarm|event)Topic/

/** @returns one sentence for each that is in another region or account. */
export function misplacedIn({ region, account, of }: Place, named: Named): string[] {
  return known(named).flatMap(([name, arn]) => {
    const [, partition, , arnRegion, arnAccount] = arn.split(':')
    if (partition !== partitionOf(region) || arnRegion !== region)
      return [`${name} must be in ${region}, the region of the ${of}`]
    if (account !== undefined && !OF_ANY_ACCOUNT.test(name) && arnAccount !== account)
      return [`${name} must be in the account ${account}`]
    return []
  })
}

/** @returns one sentence for each name of another partition; these ARNs have no region. */
export function ofAnotherPartition({ region }: Pick<Place, 'region'>, named: Named): string[] {
  const partition = partitionOf(region)
  const strangers = known(named).filter(([, arn]) => !arn.startsWith(`arn:${partition}:`))
  const names = new Set(strangers.map(([name]) => name))
  return [...names].map((name) => `${name} must be of the partition ${partition}, as ${region} is`)
}

type Domains = Pick<CheckedSettings, 'customDomain' | 'notifyDomain'>

export function certificatesIn({ customDomain, notifyDomain }: Domains): Named {
  return [
    ['customDomain.certificateArn', customDomain?.certificateArn],
    ['customDomain.ownershipCertificateArn', customDomain?.ownershipCertificateArn],
    ['notifyDomain.certificateArn', notifyDomain?.certificateArn],
    ['notifyDomain.ownershipCertificateArn', notifyDomain?.ownershipCertificateArn],
  ]
}

export function rolesIn({ operatorRoleArns }: Pick<CheckedSettings, 'operatorRoleArns'>): Named {
  return operatorRoleArns.map((arn) => ['operatorRoleArns', arn])
}

function known(named: Named): ReadonlyArray<readonly [name: string, arn: string]> {
  return named.flatMap(([name, arn]) => (arn === undefined || Token.isUnresolved(arn) ? [] : [[name, arn]]))
}
