/** An HTTP API: who may call its routes, limits, domains, and an access log that names no order and no person. */
import { ArnFormat, Aws, Fn, Stack } from 'aws-cdk-lib'
import { CfnIntegration, CfnRoute, CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Alias } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { channelsOf, labelOf } from '#infra/channels/channels.ts'
import type { ByOperation } from '#infra/operations/operations.ts'
import type { Operation } from '#shared/operations.ts'
import type { Route } from '#infra/operations/routes.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { nameInStack } from './name-in-stack.ts'
import { removal } from './removal.ts'
import { RouteAuthorization } from './route-authorization.ts'
import { servicePrincipal } from './service-principal.ts'

/**
 * The route key and not the path, which holds order numbers; neither query, body nor claims. A line is paid for with every call:
 * how long the function took, and what Lambda said of it where nothing failed, the metrics of both have.
 */
const ACCESS_LOG_FIELDS = {
  request_id: '$context.requestId',
  source_ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.responseType',
  integration_error: '$context.integrationErrorMessage',
  latency_ms: '$context.responseLatency',
}

export interface HttpEntryProps {
  readonly stage: SystemSettings
  readonly routes: readonly Route[]
  /** Whether it answers beside the domains. */
  readonly executeApiEndpoint: boolean
}

export class HttpEntry extends Construct {
  readonly apiId: string
  readonly stage: CfnStage
  readonly #api: HttpApi
  readonly #routes: readonly Route[]
  readonly #authorization: RouteAuthorization

  constructor(scope: Construct, id: string, { stage, routes, executeApiEndpoint }: HttpEntryProps) {
    super(scope, id)
    this.#routes = routes
    this.#api = new HttpApi(this, 'Api', {
      apiName: [Stack.of(this).stackName, ...nameInStack(scope)].join('-'),
      createDefaultStage: false,
      description: `${labelOf(channelsOf(stage))}, stage ${stage.name}`,
      disableExecuteApiEndpoint: !executeApiEndpoint,
    })
    this.apiId = this.#api.apiId
    this.#authorization = new RouteAuthorization(this, 'Authorization', {
      apiId: this.apiId,
      settings: stage.merchantAuthorization,
    })
    this.stage = new CfnStage(this, 'Stage', {
      apiId: this.#api.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: this.#accessLog(stage),
        format: JSON.stringify(ACCESS_LOG_FIELDS),
      },
      defaultRouteSettings: throttle(stage.merchantThrottle),
      routeSettings: Object.fromEntries(
        routes
          .filter(({ audience }) => audience === 'notification')
          .map((route) => [route.key, asTemplate(throttle(stage.notifyThrottle))]),
      ),
    })
  }

  /** The execute-api endpoint, `https://…` without a final slash. @throws Error where it is switched off */
  get endpoint(): string {
    return this.#api.apiEndpoint
  }

  /** What a policy names a route by: its ARN, with anything for a number in its path. @param stage `*`: any */
  arnOf({ method, path }: Pick<Route, 'method' | 'path'>, stage: string): string {
    return this.#api.arnForExecuteApi(method, path.replaceAll(/\{[^}]+\}/g, '*'), stage)
  }

  /** Adds all routes, once the functions exist. */
  serve(functions: ByOperation<{ readonly live: Alias }>): void {
    const integrations = new Map<Operation, CfnIntegration>()
    for (const route of this.#routes) {
      const { live } = functions[route.operation] ?? {}
      if (live === undefined) throw new Error(`no function has the route ${route.key}`)
      const integration = integrations.get(route.operation) ?? this.#integrate(route.operation, live)
      integrations.set(route.operation, integration)
      const cfnRoute = new CfnRoute(this, route.key, {
        apiId: this.#api.apiId,
        routeKey: route.key,
        target: `integrations/${integration.ref}`,
        ...this.#authorization.of(route),
      })
      // A stage cannot have settings for a route that does not exist yet.
      this.stage.node.addDependency(cfnRoute)
      live.addPermission(`Invoke ${route.key}`, {
        principal: servicePrincipal('apigateway'),
        sourceArn: this.arnOf(route, '*'),
      })
    }
  }

  #integrate(operation: Operation, live: Alias): CfnIntegration {
    return new CfnIntegration(this, `Integration ${operation}`, {
      apiId: this.#api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: live.functionArn,
      payloadFormatVersion: '2.0',
    })
  }

  /**
   * Under /aws/vendedlogs/, for which CloudWatch has one statement in its policy; elsewhere each API takes another of a policy that
   * holds 5120 characters. The name holds the id of the stack: what an earlier stack left does not stand in the way.
   */
  #accessLog({ logRetentionDays, retainData }: SystemSettings): string {
    const stackId = Fn.select(2, Fn.split('/', Aws.STACK_ID))
    const log = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/${Stack.of(this).stackName}/${nameInStack(this).join('-')}/${stackId}`,
      retention: logRetentionDays,
      removalPolicy: removal(retainData),
    })
    // API Gateway wants the ARN without the `:*` that the attribute of a log group ends with.
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: log.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }
}

function throttle({
  rate,
  burst,
}: {
  readonly rate: number
  readonly burst: number
}): CfnStage.RouteSettingsProperty {
  return { throttlingRateLimit: rate, throttlingBurstLimit: burst }
}

/** CDK passes the settings of single routes on as they are, so they need CloudFormation's spelling. */
function asTemplate({ throttlingRateLimit, throttlingBurstLimit }: CfnStage.RouteSettingsProperty): object {
  return { ThrottlingRateLimit: throttlingRateLimit, ThrottlingBurstLimit: throttlingBurstLimit }
}
