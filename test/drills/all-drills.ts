/** Every drill there is, in the order in which they run. */
import { alipayStorm } from './alipay-storm.ts'
import { badDay } from './bad-day.ts'
import type { Drill } from './drill.ts'
import { duplicateStorm } from './duplicate-storm.ts'
import { dynamoTrouble } from './dynamo-trouble.ts'
import { killedFunctions } from './killed-functions.ts'
import { lostDay } from './lost-day.ts'
import { restoredTables } from './restored-tables.ts'
import { secretsDown } from './secrets-down.ts'
import { sqsOutage } from './sqs-outage.ts'
import { wechatTrouble } from './wechat-trouble.ts'

export const ALL_DRILLS: readonly Drill[] = [
  // In one world with the others it is the first, for another lets a day go by at WeChat.
  lostDay,
  sqsOutage,
  dynamoTrouble,
  secretsDown,
  wechatTrouble,
  killedFunctions,
  duplicateStorm,
  alipayStorm,
  restoredTables,
  badDay,
]
