/** The HTTP API: merchant routes behind IAM, notification routes open, limits for both, an access log that names no order and no person. */
import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnIntegration, CfnRoute, CfnStage, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Operation } from '../operations.ts'
import { ROUTES, type Route } from '../routes.ts'
import type { Stage } from '../stages.ts'
import { servicePrincipal } from './service-principal.ts'

/** The route key and not the path, which holds order numbers; neither query, body nor claims. */
const ACCESS_LOG_FIELDS = {
  request_id: '$context.requestId',
  requested_at: '$context.requestTime',
  source_ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  protocol: '$context.protocol',
  status: '$context.status',
  error: '$context.error.responseType',
  integration_status: '$context.integrationStatus',
  integration_error: '$context.integrationErrorMessage',
  integration_latency_ms: '$context.integrationLatency',
  response_latency_ms: '$context.responseLatency',
  response_bytes: '$context.responseLength',
}

export interface HttpEntryProps {
  readonly stage: Stage
}

export class HttpEntry extends Construct {
  /** `https://…`, without a final slash. */
  readonly endpoint: string
  readonly #api: HttpApi
  readonly #stage: CfnStage

  constructor(scope: Construct, id: string, { stage }: HttpEntryProps) {
    super(scope, id)
    this.#api = new HttpApi(this, 'Api', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      description: `WeChat Pay, stage ${stage.name}`,
    })
    this.endpoint = this.#api.apiEndpoint
    this.#stage = new CfnStage(this, 'Stage', {
      apiId: this.#api.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: this.#accessLog(stage.logRetentionDays),
        format: JSON.stringify(ACCESS_LOG_FIELDS),
      },
      defaultRouteSettings: throttle(stage.merchantThrottle),
      routeSettings: Object.fromEntries(
        ROUTES.filter(({ audience }) => audience === 'notification').map((route) => [
          routeKey(route),
          asTemplate(throttle(stage.notifyThrottle)),
        ]),
      ),
    })
  }

  /** Adds all routes, once the functions exist. */
  serve(functions: Readonly<Record<Operation, LambdaFunction>>): void {
    const integrations = new Map<Operation, CfnIntegration>()
    for (const route of ROUTES) {
      const fn = functions[route.operation]
      const integration = integrations.get(route.operation) ?? this.#integrate(route.operation, fn)
      integrations.set(route.operation, integration)
      const cfnRoute = new CfnRoute(this, routeKey(route), {
        apiId: this.#api.apiId,
        routeKey: routeKey(route),
        target: `integrations/${integration.ref}`,
        authorizationType: route.audience === 'merchant' ? 'AWS_IAM' : 'NONE',
      })
      // A stage cannot have settings for a route that does not exist yet.
      this.#stage.addResourceDependency(cfnRoute)
      fn.addPermission(`Invoke ${routeKey(route)}`, {
        principal: servicePrincipal('apigateway'),
        sourceArn: this.#api.arnForExecuteApi(route.method, route.path.replaceAll(/\{[^}]+\}/g, '*'), '*'),
      })
    }
  }

  #integrate(operation: Operation, fn: LambdaFunction): CfnIntegration {
    return new CfnIntegration(this, `Integration ${operation}`, {
      apiId: this.#api.apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: fn.functionArn,
      payloadFormatVersion: '2.0',
    })
  }

  #accessLog(retention: RetentionDays): string {
    const log = new LogGroup(this, 'AccessLog', { retention, removalPolicy: RemovalPolicy.RETAIN })
    // API Gateway wants the ARN without the `:*` that the attribute of a log group ends with.
    return Stack.of(this).formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: log.logGroupName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }
}

function routeKey({ method, path }: Route): string {
  return `${method} ${path}`
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
