/** A stack that holds one payment system, as a merchant's own stack does, and says where everything of it is. */
import { Stack, type StackProps, Tags } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { ReleaseWay } from './constructs/releases.ts'
import { givenByArn } from './given-by-arn.ts'
import { acknowledgeFindings } from './library/acknowledgements.ts'
import { WechatPay } from './library/wechat-pay.ts'
import type { FunctionBundles } from './library/wechat-pay-props.ts'
import type { Stage } from './stage/stage-settings.ts'

export interface PaymentStackProps extends StackProps {
  readonly stage: Stage
  readonly bundles: FunctionBundles
  /** @default 'canary' */
  readonly release?: ReleaseWay | undefined
}

export class PaymentStack extends Stack {
  readonly pay: WechatPay

  constructor(scope: Construct, id: string, { stage, bundles, release, ...props }: PaymentStackProps) {
    const { name, region: _region, account: _account, terminationProtection, ...rest } = stage
    const { existing, alarmTopicArn, ...settings } = rest
    super(scope, id, { ...props, terminationProtection })
    const given = givenByArn(this, { ...existing, alarmTopicArn })
    // CloudFormation's names for resources leave out this id: it can come and go without replacing any of them.
    this.pay = new WechatPay(this, 'Default', { ...settings, ...given, stage: name, bundles, release })
    acknowledgeFindings(this.pay)
    // China's regions refuse tags on event source mappings; on dashboards they are too new to count on.
    const options = {
      excludeResourceTypes: ['AWS::Lambda::EventSourceMapping', 'AWS::CloudWatch::Dashboard'],
    }
    Tags.of(this).add('application', 'wechatpay-lambda', options)
    Tags.of(this).add('stage', stage.name, options)
  }
}
