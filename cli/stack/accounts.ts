/** Whose orders a stack has: WeChat Pay's, Alipay's or both, and which of them a command is about. */
import { alipayAccount } from '#shared/facts/account.ts'
import type { Provider } from '#shared/providers.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { PROVIDER_NAMES } from '#cli/terminal/provider-names.ts'
import type { AlipayOfStack, KnownStack, WechatOfStack } from './known-stack.ts'

type Channels = Pick<KnownStack, 'name' | 'wechat' | 'alipay'>

export interface Account {
  readonly provider: Provider
  /** What keys of orders and facts call it. */
  readonly mchid: string
  /** What calls of the HTTP API say of it. */
  readonly said: { readonly provider: Provider }
}

/** The accounts of a stack, WeChat Pay's first. */
export function accountsOf({ wechat, alipay }: Channels): readonly Account[] {
  const accounts: Account[] = []
  if (wechat !== undefined) accounts.push(account('wechat', wechat.mchid))
  if (alipay !== undefined) accounts.push(account('alipay', alipayAccount(alipay.appId)))
  return accounts
}

function account(provider: Provider, mchid: string): Account {
  return { provider, mchid, said: { provider } }
}

/** What to do where an account has nothing under a number and the other one of the stack has. */
export async function elsewhere(
  stack: Channels,
  { provider }: Account,
  has: (account: Account) => Promise<boolean>,
): Promise<string | undefined> {
  for (const other of accountsOf(stack)) {
    if (other.provider !== provider && (await has(other)))
      return `${PROVIDER_NAMES[other.provider]} has this number: give --provider ${other.provider}`
  }
  return undefined
}

/** As in `the merchant 1900000109 and the merchant alipay:2021001161683774`. */
export function merchantsOf(stack: Channels): string {
  return accountsOf(stack)
    .map(({ mchid }) => `the merchant ${mchid}`)
    .join(' and ')
}

/** The one that is named; without a name WeChat Pay's, or the only one. @throws CliError `usage` where the stack lacks it. */
export function accountOf(
  stack: Channels,
  { provider }: { readonly provider?: Provider | undefined } = {},
): Account {
  const accounts = accountsOf(stack)
  const [first] = accounts
  const found = provider === undefined ? first : accounts.find((one) => one.provider === provider)
  if (found === undefined) throw lacking(stack, provider ?? 'wechat')
  return found
}

/** For what only WeChat Pay has. @throws CliError `usage` where the stack lacks it. */
export function withWechat<Stack extends Channels>(stack: Stack): Stack & WechatOfStack {
  if (stack.wechat === undefined) throw lacking(stack, 'wechat')
  return { ...stack, ...stack.wechat }
}

/** For what only Alipay has. @throws CliError `usage` where the stack lacks it. */
export function withAlipay<Stack extends Channels>(stack: Stack): Stack & { readonly alipay: AlipayOfStack } {
  const { alipay } = stack
  if (alipay === undefined) throw lacking(stack, 'alipay')
  return { ...stack, alipay }
}

function lacking({ name, ...stack }: Channels, provider: Provider): CliError {
  const others = accountsOf({ name, ...stack }).map((one) => PROVIDER_NAMES[one.provider])
  return new CliError(
    'usage',
    `the stack ${name} does not take payments of ${PROVIDER_NAMES[provider]}, but of ${others.join(' and ')}`,
    'check --stack and --provider; the stage says whose payments it takes (mchid, alipay)',
  )
}
