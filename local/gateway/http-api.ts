/** Reads the HTTP API of the template: its routes, what stands behind them, and the limits of its stage. */
import * as v from 'valibot'
import { API_GATEWAY_WAIT_MS } from '#shared/time-limits.ts'
import { NumberProperty } from '#local/template/number-property.ts'
import { functionName } from '#local/lambda/function-definition.ts'
import { LocalError } from '#local/local-error.ts'
import { readProperties, type ResolvedResource, type TemplateStack } from '#local/template/template-stack.ts'
import type { Route } from './route-table.ts'
import type { ThrottleLimits } from './throttle.ts'

export interface HttpApi {
  readonly apiId: string
  readonly domainName: string
  /** `$default`, or a name that is the first part of every path. */
  readonly stage: string
  readonly routes: readonly Route[]
  readonly limitsOf: (routeKey: string) => ThrottleLimits | undefined
}

const RouteProperties = v.object({
  RouteKey: v.string(),
  Target: v.pipe(v.string(), v.regex(/^integrations\//)),
  AuthorizationType: v.optional(
    v.picklist(['NONE', 'AWS_IAM'], 'the local stack knows NONE and AWS_IAM'),
    'NONE',
  ),
})

const IntegrationProperties = v.object({
  IntegrationType: v.literal('AWS_PROXY', 'the local stack knows AWS_PROXY only'),
  IntegrationUri: v.string(),
  PayloadFormatVersion: v.literal('2.0', 'the local stack knows payload format 2.0 only'),
  TimeoutInMillis: v.optional(NumberProperty, API_GATEWAY_WAIT_MS),
})

const Limits = v.object({
  ThrottlingRateLimit: v.optional(NumberProperty),
  ThrottlingBurstLimit: v.optional(NumberProperty),
})

const StageProperties = v.object({
  StageName: v.string(),
  DefaultRouteSettings: v.optional(Limits, {}),
  RouteSettings: v.optional(v.record(v.string(), Limits), {}),
})

/**
 * Reads the one HTTP API of the template.
 *
 * @throws LocalError when there is not exactly one, or it uses what the local gateway cannot do.
 */
export function readHttpApi(stack: TemplateStack): HttpApi {
  const api = one(stack.resources('AWS::ApiGatewayV2::Api'), 'HTTP API')
  const stage = readProperties(
    one(stack.resources('AWS::ApiGatewayV2::Stage'), 'stage of the HTTP API'),
    StageProperties,
  )
  const integrations = new Map(
    stack
      .resources('AWS::ApiGatewayV2::Integration')
      .map((resource) => [`integrations/${resource.ref}`, readProperties(resource, IntegrationProperties)]),
  )
  const routes = stack.resources('AWS::ApiGatewayV2::Route').map((resource): Route => {
    const { RouteKey, Target, AuthorizationType } = readProperties(resource, RouteProperties)
    const integration = integrations.get(Target)
    if (integration === undefined) throw new LocalError(`${resource.logicalId}: there is no ${Target}`)
    return {
      key: RouteKey,
      functionName: functionName(integration.IntegrationUri),
      requiresIam: AuthorizationType === 'AWS_IAM',
      timeoutMs: integration.TimeoutInMillis,
    }
  })
  const { region, urlSuffix } = stack.identity
  return {
    apiId: api.ref,
    domainName: `${api.ref}.execute-api.${region}.${urlSuffix}`,
    stage: stage.StageName,
    routes,
    limitsOf: (routeKey) => {
      const { ThrottlingRateLimit, ThrottlingBurstLimit } = {
        ...stage.DefaultRouteSettings,
        ...stage.RouteSettings[routeKey],
      }
      if (ThrottlingRateLimit === undefined) return undefined
      return { rate: ThrottlingRateLimit, burst: ThrottlingBurstLimit ?? ThrottlingRateLimit }
    },
  }
}

function one(resources: readonly ResolvedResource[], what: string): ResolvedResource {
  const [first, second] = resources
  if (first !== undefined && second === undefined) return first
  throw new LocalError(`the template must hold one ${what}; it holds ${resources.length}`)
}
