/** Tells cdk-nag what of its findings is on purpose. */
import { CfnResource, Stack, Validations } from 'aws-cdk-lib'
import * as v from 'valibot'
import { ACKNOWLEDGEMENTS } from './explained-findings.ts'
import { SYSTEM, type WechatPay } from './wechat-pay.ts'

/** Writes the acknowledgements to the resources of a payment system that they are about; nothing else is acknowledged. */
export function acknowledgeFindings(pay: WechatPay): void {
  const system = pay.node.findChild(SYSTEM)
  for (const resource of system.node.findAll().filter((node) => CfnResource.isCfnResource(node))) {
    const path = resource.node.path.slice(system.node.path.length + 1)
    for (const { rule, at, reason } of ACKNOWLEDGEMENTS) {
      if (at.test(path)) Validations.of(resource).acknowledge({ id: asFound(rule, pay), reason })
    }
  }
}

/** `<ReportsBucket.Arn>` as findings name it: by CloudFormation's own id of the resource, or by the ARN of one that was given. */
function asFound(rule: string, pay: WechatPay): string {
  const arns: Readonly<Record<string, string | undefined>> = {
    NotifyFunction: pay.functions['notify']?.functionArn,
    ReportsBucket: pay.reportsBucket.bucketArn,
  }
  return rule.replace(/<(\w+)\.Arn>/, (_, name: string) => {
    const arn = v.safeParse(ResolvedArn, Stack.of(pay).resolve(arns[name]))
    return arn.success ? arn.output : ''
  })
}

const ResolvedArn = v.union([
  v.string(),
  v.pipe(
    v.object({ 'Fn::GetAtt': v.tuple([v.string(), v.literal('Arn')]) }),
    v.transform(({ 'Fn::GetAtt': [id] }) => `<${id}.Arn>`),
  ),
])
