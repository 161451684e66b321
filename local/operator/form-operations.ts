/** STS and CloudFormation, which are asked by forms and answer in XML. */
import { LOCAL_ACCOUNT } from '#local/template/local-identity.ts'
import type { TemplateStack } from '#local/template/template-stack.ts'
import { Refusal } from '#local/cloud/refusal.ts'
import { type Answer, element, xml } from './answers.ts'

interface Input {
  readonly template: TemplateStack
}

/** As which `--stack` names it, and as which an operator may name it for the aws command line as well. */
const LOCAL_NAME = 'local'

export function callerIdentity({ template }: Input): Answer {
  const arn = `arn:${template.identity.partition}:iam::${LOCAL_ACCOUNT}:user/local`
  const result = `${element('Arn', arn)}${element('UserId', 'local')}${element('Account', LOCAL_ACCOUNT)}`
  return xml('GetCallerIdentity', 'https://sts.amazonaws.com/doc/2011-06-15/', result)
}

/** @throws Refusal ValidationError of another stack */
export function describeStacks(form: URLSearchParams, { template }: Input): Answer {
  const { stackName } = template.identity
  const wanted = form.get('StackName') ?? stackName
  if (wanted !== stackName && wanted !== LOCAL_NAME)
    throw new Refusal('ValidationError', `Stack with id ${wanted} does not exist`)
  const outputs = Object.entries(template.outputs).map(
    ([name, value]) => `<member>${element('OutputKey', name)}${element('OutputValue', value)}</member>`,
  )
  const stack = [
    element('StackName', stackName),
    element('CreationTime', new Date(0).toISOString()),
    element('StackStatus', 'CREATE_COMPLETE'),
    `<Outputs>${outputs.join('')}</Outputs>`,
  ]
  return xml(
    'DescribeStacks',
    'http://cloudformation.amazonaws.com/doc/2010-05-15/',
    `<Stacks><member>${stack.join('')}</member></Stacks>`,
  )
}
