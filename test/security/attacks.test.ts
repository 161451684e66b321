/** The attack list, item by item, over HTTP against one running stack. docs/security.md lists it; attack-list.test.ts compares. */
import { afterAll, beforeAll, describe } from 'vitest'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { attackedStack } from './attacked-stack.ts'
import type { AttackedStack } from './attacked-stack.ts'
import { alipayAttacks } from './attacks/alipay.ts'
import { bodyAttacks } from './attacks/bodies.ts'
import { businessAttacks } from './attacks/business.ts'
import { consoleAttacks } from './attacks/console.ts'
import { directAttacks } from './attacks/direct.ts'
import { encryptionAttacks } from './attacks/encryption.ts'
import { keyAttacks } from './attacks/keys-and-freshness.ts'
import { merchantAttacks } from './attacks/merchant-api.ts'
import { outboundAttacks } from './attacks/outbound.ts'
import { serviceAttacks } from './attacks/service.ts'
import { signatureHeaderAttacks } from './attacks/signature-headers.ts'
import { sm2Attacks } from './attacks/sm2.ts'
import { supplyChainAttacks } from './attacks/supply-chain.ts'
import { xmlAttacks } from './attacks/xml.ts'

let stack: AttackedStack
const attacked = () => stack

beforeAll(async () => {
  stack = await attackedStack({ assembly: await givenAssembly() })
})
afterAll(() => stack?.stop())

describe('attack', () => {
  signatureHeaderAttacks(attacked)
  keyAttacks(attacked)
  encryptionAttacks(attacked)
  bodyAttacks(attacked)
  businessAttacks(attacked)
  serviceAttacks(attacked)
  xmlAttacks(attacked)
  outboundAttacks(attacked)
  merchantAttacks(attacked)
  supplyChainAttacks()
  sm2Attacks(attacked)
  consoleAttacks()
  alipayAttacks(attacked)
  directAttacks(attacked)
})
