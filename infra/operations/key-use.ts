/** How a function may use the key of the stack: through the service that encrypts under it, and in no other way. */
import { Aws } from 'aws-cdk-lib'

/** To read what a service has encrypted. */
export const DECRYPT = ['kms:Decrypt']
/** To write as well: Secrets Manager and SNS make a data key and check it. */
export const ENCRYPT = ['kms:Decrypt', 'kms:GenerateDataKey']

export type EncryptingService = 'secretsmanager' | 'sns'

/** The name of a service in `kms:ViaService`, in both partitions. */
export function viaService(service: EncryptingService): string {
  return `${service}.${Aws.REGION}.${Aws.URL_SUFFIX}`
}
