/** What to do about a property that is wrong. */

/** Where the values are that only the merchant platform knows. */
const REQUIRED: Readonly<Record<string, string>> = {
  mchid: 'copy the merchant number from the account centre of pay.weixin.qq.com',
  appids: 'list the appids that pay.weixin.qq.com shows as bound to the merchant number',
}

/** Settings of a stage that a stack of its own says, or a construct in place of an ARN. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  region: 'give it to the stack, as env',
  account: 'give it to the stack, as env',
  terminationProtection: 'give it to the stack',
  alarmTopicArn: 'use alarmTopic, with Topic.fromTopicArn',
  existing: 'name each one by its own prop, as in ordersTable',
}

/** @param problem a sentence that begins with the property. */
export function remedyOf(problem: string): string {
  const [name = ''] = problem.split(/[ .]/, 1)
  if (problem.endsWith('is not a prop'))
    return ELSEWHERE[name] ?? 'remove it, or correct its spelling: docs/construct.md lists every prop'
  if (problem.endsWith('is a token')) return 'write the value itself, or take it from the context of the app'
  if (/^(?:key|factQueue) (?:is missing|and)/.test(problem)) return 'give both, or neither'
  if (problem.endsWith('must be a region of aws or aws-cn')) return 'give the stack another, as env'
  return REQUIRED[name] ?? 'correct what is named, or leave it out for its default'
}
