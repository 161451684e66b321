/** The names under which AWS services act, valid in both partitions and free of literals that belong to one of them. */
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { internationalSuffix } from '#infra/stage/url-suffix.ts'

export type ServiceName = 'apigateway' | 'cloudwatch' | 'codedeploy' | 'events' | 'lambda'

/**
 * The principal of a service, as in `lambda`.
 *
 * IAM in China knows these services by the same names as elsewhere and refuses the names that end in
 * .cn (aws/aws-cdk#2198), so the partition's URL suffix is used without its country.
 */
export function servicePrincipal(service: ServiceName): ServicePrincipal {
  return new ServicePrincipal(`${service}.${internationalSuffix()}`)
}
