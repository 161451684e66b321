/** Every command of the runbook, and which of them run on a stack of this machine. */
import { readPage } from '#test/docs/markdown.ts'

/** `local`: runs. `alipay`: runs on a stack that has Alipay as well. Anything else says why it does not. */
export type Verdict = 'local' | 'alipay' | (string & {})

interface Rule {
  readonly fits: RegExp
  readonly verdict: Verdict
}

const RELEASES = 'there are no releases here: CodeDeploy moves them, and a function has one version'
const RESTORES = 'tables here cannot be restored: they live as long as the process'

export const RULES: readonly Rule[] = [
  {
    fits: /^wxpay (?:facts|logs|dlq|order(?! release .*--decision approve)|refund(?! to-merchant)|switch|doctor|certs|keys) (?!.*--provider alipay)/,
    verdict: 'local',
  },
  { fits: /^wxpay .*--provider alipay/, verdict: 'alipay' },
  {
    fits: /^wxpay refund to-merchant /,
    verdict: 'takes an abnormal refund: test/flows/refunds.test.ts has one',
  },
  {
    fits: /^wxpay order release .*--decision approve/,
    verdict: 'takes a refund that waits for approval: the stage here has no rules',
  },
  { fits: /^wxpay setup --check/, verdict: 'local' },
  { fits: /^wxpay setup --(?!check|provider)/, verdict: 'asks for keys: test/cli/setup.test.ts enters them' },
  {
    fits: /^wxpay reconcile /,
    verdict: 'asks WeChat for the bill of a day that is over: the demo and test/cli/stack.test.ts do so',
  },
  { fits: /^wxpay preflight /, verdict: 'asks an account of AWS' },
  { fits: /^log \w+ /, verdict: 'local' },
  { fits: /^for f in [\w ]+; do .*\blog "?\$f"? /, verdict: 'local' },
  { fits: /^curl .*"\$\(out \w+\)"$/, verdict: 'local' },
  { fits: /^aws (?:sqs get-queue-attributes|events list-rules|lambda invoke) /, verdict: 'local' },
  { fits: /^aws dynamodb (?:update-table|delete-table) --table-name <name>/, verdict: 'local' },
  { fits: /^aws deploy /, verdict: RELEASES },
  { fits: /^aws lambda (?:list-versions-by-function|update-alias) /, verdict: RELEASES },
  { fits: /\baws cloudwatch /, verdict: 'CloudWatch counts nothing here: metrics are lines of the log' },
  { fits: /^aws dynamodb update-table .*--warm-throughput/, verdict: 'tables here have no throughput' },
  { fits: /^for t in .*aws dynamodb (?:restore-table-to|wait|update-continuous-backups)/, verdict: RESTORES },
  { fits: /^aws dynamodb update-time-to-live /, verdict: RESTORES },
  { fits: /^aws secretsmanager delete-resource-policy/, verdict: 'secrets here have no policy' },
  { fits: /^aws lambda get-account-settings/, verdict: 'no account has limits here' },
]

/** The first block, which the others need: it is run before each of them. */
export function preludeOf(text: string): string {
  return (readPage(text).fences[0]?.lines ?? []).join('\n')
}

/** Commands of the blocks after the first, and those in the text, each once, in their order. */
export function commandsOf(text: string): readonly string[] {
  const { fences, prose } = readPage(text)
  const inBlocks = fences
    .slice(1)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ lines }) => joined(lines))
  const inText = prose
    .flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .filter((code) => /^(?:wxpay|aws|log|curl) \S/.test(code) && !isMention(code))
  return [...new Set([...inBlocks, ...inText])]
}

/** `wxpay refund show`: the name of a command without what it is about. */
function isMention(code: string): boolean {
  return /^wxpay(?: [a-z]+)+$/.test(code)
}

/** A backslash at the end goes on in the next line, and a loop until it is done. */
function joined(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .replaceAll(/^for .*; do\n[^]*?\ndone$/gm, (loop) =>
      loop.replaceAll(/(?<!do)\n\s*/g, '; ').replaceAll(/\n\s*/g, ' '),
    )
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !/^\w+=/.test(line))
}

/** @throws Error for a command that no rule or more than one knows. */
export function verdictOf(command: string): Verdict {
  const found = RULES.filter(({ fits }) => fits.test(command))
  const [rule] = found
  if (rule !== undefined && found.length === 1) return rule.verdict
  throw new Error(`${found.length} rules of test/rehearsal/runbook.ts know the command: ${command}`)
}

export interface Subjects {
  readonly order: string
  readonly refund: string
  readonly hold: string
  /** The key of a fact that is a notification. */
  readonly fact: string
  /** A table that may go. */
  readonly table: string
  /** Where a command has to be carried out, and not only understood. */
  readonly alipay?: AlipaySubjects
}

/** The same of Alipay. */
export interface AlipaySubjects extends Pick<Subjects, 'order' | 'refund' | 'hold'> {
  /** Holds what Alipay signs with. */
  readonly file: string
}

/** What stands in angle brackets, and one of what may be chosen. */
export function filledIn(command: string, { alipay, ...subjects }: Subjects): string {
  const meant = command.includes('--provider alipay') ? alipay : undefined
  const { order, refund, hold, file, fact, table } = { file: 'file', ...subjects, ...meant }
  return command
    .replaceAll('<day>', '2026-11-24')
    .replaceAll('<file>', file)
    .replaceAll('…', 'text')
    .replaceAll('<out_trade_no>', order)
    .replaceAll('<out_refund_no>', refund)
    .replaceAll('<fact_key>', `'${fact}'`)
    .replaceAll(/<(?:name|名称)>/g, table)
    .replaceAll('<key>', `'${hold}'`)
    .replaceAll('accept|dismiss', 'dismiss')
    .replaceAll(/<(?:your name|你的名字)>/g, 'rehearsal')
    .replaceAll(/<(?:reason|原因)>/g, 'rehearsed')
}
