/** What a route asks of its callers: IAM or a token of merchants, nothing of WeChat, whose signature notify verifies. */
import { CfnAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { Construct } from 'constructs'
import type { Route } from '#infra/operations/routes.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'

export interface RouteAuthorizationProps {
  readonly apiId: string
  readonly settings: SystemSettings['merchantAuthorization']
}

/** Properties of a route. */
export interface Authorization {
  readonly authorizationType: 'AWS_IAM' | 'JWT' | 'NONE'
  readonly authorizerId?: string
}

export class RouteAuthorization extends Construct {
  readonly #merchant: Authorization

  constructor(scope: Construct, id: string, { apiId, settings }: RouteAuthorizationProps) {
    super(scope, id)
    if (settings.type !== 'jwt') {
      this.#merchant = { authorizationType: 'AWS_IAM' }
      return
    }
    const authorizer = new CfnAuthorizer(this, 'Jwt', {
      apiId,
      authorizerType: 'JWT',
      name: 'merchant',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: settings.issuer, audience: settings.audience },
    })
    this.#merchant = { authorizationType: 'JWT', authorizerId: authorizer.ref }
  }

  of({ audience }: Route): Authorization {
    return audience === 'merchant' ? this.#merchant : { authorizationType: 'NONE' }
  }
}
