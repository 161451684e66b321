/** Checks the secrets of every channel that a stack has. */
import { checkAlipaySecrets } from './alipay-secret-checks.ts'
import { withAlipay, withWechat } from './accounts.ts'
import type { Check } from './check.ts'
import type { StackAccess } from './stack-access.ts'
import { checkWechatSecrets } from './wechat-secret-checks.ts'

export async function checkSecrets(stack: StackAccess, now: number): Promise<readonly Check[]> {
  const groups = await Promise.all([
    stack.wechat === undefined ? [] : checkWechatSecrets(withWechat(stack), now),
    stack.alipay === undefined ? [] : checkAlipaySecrets(withAlipay(stack), now),
  ])
  return groups.flat()
}
