/** Domains of AWS, without a literal that belongs to one partition. */
import { Aws, Fn } from 'aws-cdk-lib'

/** `amazonaws.com`, also where the suffix of the partition has a country behind it. */
export function internationalSuffix(): string {
  return Fn.select(0, Fn.split('.cn', Aws.URL_SUFFIX))
}
