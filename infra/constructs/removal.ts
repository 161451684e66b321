/** What becomes of a resource when its stack is deleted, or when another takes its place. */
import { RemovalPolicy } from 'aws-cdk-lib'

/**
 * Kept where the stage says so; what a first deployment has made before it failed is deleted with the rest of it, for nothing is in
 * it yet. Not for tables: these are protected against deletion, also against this one.
 */
export function removal(retain: boolean): RemovalPolicy {
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY
}
