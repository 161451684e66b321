/** What MiniStack has not, left out of the template by name; used for it alone. */
import { CfnOutput, CfnResource, Stack } from 'aws-cdk-lib'
import type { IAspect } from 'aws-cdk-lib'
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { CfnEventSourceMapping, CfnFunction } from 'aws-cdk-lib/aws-lambda'
import type { IConstruct } from 'constructs'
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_PATH } from '#shared/operations.ts'

/** Types of which it knows nothing. */
const UNKNOWN_TYPES = ['AWS::SecretsManager::ResourcePolicy']

/** The event source that wakes settle up. */
const FACT_QUEUE = 'FactQueue'

/** In place of metric math, so that dashboards may still name the alarm. */
const STAND_IN = { MetricName: 'LeftOut', Namespace: 'Conformance', Statistic: 'Sum', Period: 60 }

/** Outputs by which notifications are led, with what stands behind the base. */
const NOTIFY_OUTPUTS = new Map([
  ['NotifyBaseUrl', ''],
  ['NotifyPaymentUrl', NOTIFY_PAYMENT_PATH],
  ['NotifyRefundUrl', NOTIFY_REFUND_PATH],
])

export interface EmulatorGapsProps {
  /** What leads to the HTTP API: its own address is a virtual host that the functions' rule of addresses does not take. */
  readonly notifyBaseUrl: string
  /** Whether the queue of facts does not wake settle up, to see that somebody notices. */
  readonly deafSettle: boolean
}

export class EmulatorGaps implements IAspect {
  readonly #props: EmulatorGapsProps
  readonly #leftOut = new Map<string, string>()

  constructor(props: EmulatorGapsProps) {
    this.#props = props
  }

  /** One line for each. */
  leftOut(): readonly string[] {
    return [...this.#leftOut].map(([path, what]) => `${what}: ${path}`)
  }

  visit(node: IConstruct): void {
    if (node instanceof CfnAlarm && node.metrics !== undefined) this.#withoutMath(node)
    if (node instanceof CfnFunction) this.#leadNotifications(node)
    const path = node instanceof CfnOutput ? NOTIFY_OUTPUTS.get(node.node.id) : undefined
    if (node instanceof CfnOutput && path !== undefined) node.value = this.#props.notifyBaseUrl + path
    if (node instanceof CfnEventSourceMapping && node.node.id === FACT_QUEUE) this.#deafen(node)
    if (CfnResource.isCfnResource(node) && UNKNOWN_TYPES.includes(node.cfnResourceType)) this.#remove(node)
  }

  #deafen(source: CfnEventSourceMapping): void {
    if (!this.#props.deafSettle) return
    source.enabled = false
    this.#leftOut.set(source.node.path, 'broken on purpose')
  }

  #withoutMath(alarm: CfnAlarm): void {
    this.#leftOut.set(alarm.node.path, 'metric math')
    alarm.addPropertyDeletionOverride('Metrics')
    for (const [name, value] of Object.entries(STAND_IN)) alarm.addPropertyOverride(name, value)
  }

  #leadNotifications(fn: CfnFunction): void {
    const { variables } = Stack.of(fn).resolve(fn.environment) ?? {}
    if (variables?.WXPAY_NOTIFY_BASE_URL === undefined) return
    fn.addPropertyOverride('Environment.Variables.WXPAY_NOTIFY_BASE_URL', this.#props.notifyBaseUrl)
  }

  #remove(resource: CfnResource): void {
    this.#leftOut.set(resource.node.path, resource.cfnResourceType)
    resource.node.scope?.node.tryRemoveChild(resource.node.id)
  }
}
