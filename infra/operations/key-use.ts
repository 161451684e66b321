/** How a function may use the key of the stack: through the service that encrypts under it, and in no other way. */
import { Aws } from 'aws-cdk-lib'
import { partitionOf } from '#infra/stage/stage-settings.ts'
import { internationalSuffix } from '#infra/stage/url-suffix.ts'

/** To read what a service has encrypted. */
export const DECRYPT = ['kms:Decrypt']
/** To write as well: Secrets Manager and SNS make a data key and check it. */
export const ENCRYPT = ['kms:Decrypt', 'kms:GenerateDataKey']

export type EncryptingService = 'secretsmanager' | 'sns'

/**
 * The name of a service in `kms:ViaService`. Documents of AWS show it with and without the country in China, and a key that
 * waits for the wrong one can be used by nobody: there both are listed.
 */
export function viaService(service: EncryptingService, region: string | undefined): readonly string[] {
  return suffixesIn(region).map((suffix) => `${service}.${Aws.REGION}.${suffix}`)
}

/** Where the region is known at deployment only, both are listed by what neither partition says twice. */
function suffixesIn(region: string | undefined): readonly string[] {
  if (region === undefined) return [internationalSuffix(), `${internationalSuffix()}.cn`]
  return partitionOf(region) === 'aws-cn' ? [Aws.URL_SUFFIX, internationalSuffix()] : [Aws.URL_SUFFIX]
}
