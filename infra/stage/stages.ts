/**
 * The stages that can be deployed, one stack each. To add yours, add an entry to `STAGES`; `npx cdk deploy -c stage=<name>`
 * then deploys it. Settings are checked at synth; `stage-settings.ts` has each of them with its default.
 */
import * as v from 'valibot'
import { describeIssue } from './describe-issue.ts'
import { contradictionsIn } from './stage-contradictions.ts'
import { sizedByAccount } from './sized-by-account.ts'
import { STAGE_NAME, STAGE_NAME_RULE } from '#infra/rules/setting-rules.ts'
import { type Stage, type StageInput, StageSettings } from './stage-settings.ts'

/** Placeholders: WeChat's own example merchant. Put your numbers in before deploying. */
const EXAMPLE_MERCHANT = { mchid: '1900000109', appids: ['wxd678efh567hg6787'] }

/**
 * A stage to try things in: it can be deleted, though its data stays, and a release takes all calls at once. A new stack needs no way
 * back to a release that cannot read the small form of orders.
 */
const TRIAL = {
  ...EXAMPLE_MERCHANT,
  terminationProtection: false,
  canaryMinutes: 0,
  orderForm: 3,
} as const

export const STAGES: Readonly<Record<string, StageInput>> = {
  dev: { region: 'us-east-1', ...TRIAL },
  'dev-cn': { region: 'cn-north-1', ...TRIAL },
  'dev-cn-northwest': { region: 'cn-northwest-1', ...TRIAL },
}

/**
 * The named stage, checked.
 *
 * @param missing settings for a stage that does not have them itself.
 * @param stages those that there are.
 * @throws Error naming the stages there are, or every setting that is wrong.
 */
export function stageNamed(
  name: string,
  missing: Readonly<Record<string, unknown>> = {},
  stages: Readonly<Record<string, StageInput>> = STAGES,
): Stage {
  const input = Object.hasOwn(stages, name) ? stages[name] : undefined
  if (input === undefined) {
    throw new Error(
      `there is no stage "${name}": infra/stage/stages.ts has ${Object.keys(stages).join(', ')}`,
    )
  }
  return checkStage(name, { ...missing, ...input })
}

/**
 * Checks settings and fills in defaults.
 *
 * @throws Error, one sentence naming every unknown, missing, malformed or contradictory setting.
 */
export function checkStage(name: string, settings: unknown): Stage {
  const result = v.safeParse(StageSettings, settings)
  const problems = result.success
    ? contradictionsIn(result.output)
    : result.issues.map((issue) => describeIssue(issue, 'known setting'))
  if (!STAGE_NAME.test(name)) problems.unshift(`its name ${STAGE_NAME_RULE}`)
  if (!result.success || problems.length > 0) throw new Error(`stage "${name}": ${problems.join('; ')}`)
  return sizedByAccount(name, result.output)
}
