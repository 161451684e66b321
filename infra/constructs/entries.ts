/** The way in: one HTTP API for merchants and WeChat; two when merchants need client certificates, which WeChat has not. */
import type { Alias } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'
import { channelsOf } from '#infra/channels/channels.ts'
import type { ByOperation } from '#infra/operations/operations.ts'
import { type Route, routesOf } from '#infra/operations/routes.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { ApiDomain } from './api-domain.ts'
import { HttpEntry } from './http-entry.ts'

export class Entries extends Construct {
  /** Base URL of the merchant API. */
  readonly apiUrl: string
  /** Base URL that WeChat sends notifications to. */
  readonly notifyBaseUrl: string
  /** All HTTP APIs; notifications come in by the first. */
  readonly all: readonly HttpEntry[]
  /** The one that merchants call. */
  readonly merchants: HttpEntry
  /** Where the DNS records have to point, by domain. */
  readonly domainTargets: Readonly<Record<string, string>>

  constructor(scope: Construct, id: string, { stage }: { readonly stage: SystemSettings }) {
    super(scope, id)
    const { customDomain, notifyDomain } = stage
    this.all = stage.merchantAuthorization.type === 'mtls' ? this.#apart(stage) : this.#together(stage)
    const [notifications, merchants = notifications] = this.all
    if (notifications === undefined || merchants === undefined) throw new Error('there is no HTTP API')
    this.merchants = merchants
    const targets = [
      [customDomain, merchants, 'CustomDomain'],
      [notifyDomain, notifications, 'NotifyDomain'],
    ] as const
    this.domainTargets = Object.fromEntries(
      targets.flatMap(([domain, entry, name]) => {
        if (domain === undefined) return []
        const mutualTls =
          entry === merchants && domain === customDomain ? clientCertificates(stage) : undefined
        return [[`${name}Target`, new ApiDomain(this, name, { domain, entry, mutualTls }).target]]
      }),
    )
    this.apiUrl = customDomain === undefined ? merchants.endpoint : `https://${customDomain.name}`
    const notifyHost = notifyDomain ?? (merchants === notifications ? customDomain : undefined)
    this.notifyBaseUrl =
      stage.notifyBaseUrl ??
      (notifyHost === undefined ? notifications.endpoint : `https://${notifyHost.name}`)
  }

  serve(functions: ByOperation<{ readonly live: Alias }>): void {
    for (const entry of this.all) entry.serve(functions)
  }

  #together(stage: SystemSettings): readonly HttpEntry[] {
    const executeApiEndpoint = stage.executeApiEndpoint || stage.customDomain === undefined
    return [
      new HttpEntry(this.#root(), 'Http', { stage, routes: routesOf(channelsOf(stage)), executeApiEndpoint }),
    ]
  }

  /** Of one API every domain would serve every route: the one without client certificates would be a way round them. */
  #apart(stage: SystemSettings): readonly HttpEntry[] {
    const routesFor = (audience: Route['audience']) =>
      routesOf(channelsOf(stage)).filter((route) => route.audience === audience)
    const executeApiEndpoint = stage.executeApiEndpoint || stage.notifyDomain === undefined
    const routes = routesFor('notification')
    return [
      new HttpEntry(this.#root(), 'Http', { stage, routes, executeApiEndpoint }),
      new HttpEntry(this.#root(), 'MerchantHttp', {
        stage,
        routes: routesFor('merchant'),
        executeApiEndpoint: false,
      }),
    ]
  }

  /** The APIs belong to the payment system itself, so that their names do not change with this construct. */
  #root(): Construct {
    const { scope } = this.node
    return scope instanceof Construct ? scope : this
  }
}

function clientCertificates({ merchantAuthorization }: SystemSettings) {
  return merchantAuthorization.type === 'mtls' ? merchantAuthorization : undefined
}
