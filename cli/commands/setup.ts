/** The command line of `wxpay setup`. */
import type { Command } from 'commander'
import type { World } from '#cli/terminal/world.ts'
import { ofProvider } from './provider.ts'
import { whenRun } from './when-run.ts'

const HELP = `
Enters the keys of WeChat Pay, or with --provider alipay those of Alipay (the only ones where the stage has one channel).
Asks for what is not given. The values are never printed, and secrets are never taken from the command line itself.
Everything can be given by options, by variables, or by --env-file. WeChat Pay:

  --p12               WXPAY_P12_FILE            apiclient_cert.p12, also the old RC2-40 ones; password: WXPAY_P12_PASSWORD,
                                                by default the merchant number
  --private-key       WXPAY_PRIVATE_KEY_FILE    apiclient_key.pem, instead of the .p12
  --certificate       WXPAY_CERTIFICATE_FILE    apiclient_cert.pem, instead of the .p12
  --client-key        WXPAY_CLIENT_KEY_FILE     only beside an SM2 pair (国密): apiclient_key.pem of the RSA certificate, which
                                                signs what JSAPI and App clients get
  --serial            WXPAY_SERIAL_NO           to be compared with the certificate
  --apiv3-key-file    WXPAY_APIV3_KEY_FILE      a file with the APIv3 key; or the key itself in WXPAY_APIV3_KEY
  --previous-apiv3-key-file  WXPAY_PREVIOUS_APIV3_KEY_FILE, or the key itself in WXPAY_PREVIOUS_APIV3_KEY: only
                                                where these credentials may not read what is stored
  --apiv2-key-file    WXPAY_APIV2_KEY_FILE      a file with the APIv2 key, or the key itself in WXPAY_APIV2_KEY: only where
                                                people refund on the merchant platform
  --public-key        WXPAY_PUBLIC_KEY_FILE     pub_key.pem, for merchants in public-key mode
  --public-key-id     WXPAY_PUBLIC_KEY_ID       PUB_KEY_ID_…

Alipay:

  --app-private-key   WXPAY_APP_PRIVATE_KEY_FILE  应用私钥: PKCS#8 or PKCS#1, PEM or the bare Base64 of Alipay's key tool
  --generate-app-key                            a new file for a key that is made now; says what to paste into Alipay's console
  --app-certificate   WXPAY_APP_CERTIFICATE_FILE  appCertPublicKey_….crt, with the next one or not at all
  --root-certificate  WXPAY_ALIPAY_ROOT_CERTIFICATE_FILE  alipayRootCert.crt
  --alipay-key        WXPAY_ALIPAY_KEY_FILE     支付宝公钥, or alipayCertPublicKey_RSA2.crt where the app has a certificate. The one
                                                before it stays beside it; --only-this-key drops it, as after a loss
  --previous-alipay-key  WXPAY_PREVIOUS_ALIPAY_KEY_FILE  only where these credentials may not read what is stored

Nothing is written before everything is checked. Only secrets that differ are written, so an interrupted setup is simply
repeated. A replaced APIv3 key is kept as the previous one, for notifications that are still under way.

By default nobody but the functions may read the secrets of a deployed stack. Then setup cannot compare: it says so and
replaces what is stored. Roles in operatorRoleArns of the stage may read them.`

export function addSetupCommand(program: Command, world: World): void {
  ofProvider(program.command('setup'))
    .option('--check', 'only check what the secrets hold')
    .option('--dry-run', 'check what is given, say what would be written, and write nothing')
    .option('--p12 <file>', 'apiclient_cert.p12')
    .option('--private-key <file>', 'apiclient_key.pem')
    .option('--certificate <file>', 'apiclient_cert.pem')
    .option('--client-key <file>', 'RSA key for JSAPI and App payments, beside an SM2 pair')
    .option('--serial <hex>', 'serial of the certificate')
    .option('--apiv3-key-file <file>', 'file with the APIv3 key')
    .option('--previous-apiv3-key-file <file>', 'file with the APIv3 key before it')
    .option('--apiv2-key-file <file>', 'file with the APIv2 key, for refunds on the merchant platform')
    .option('--public-key <file>', 'WeChat Pay public key')
    .option('--public-key-id <id>', 'its id')
    .option('--app-private-key <file>', 'Alipay: the private key of the app')
    .option('--generate-app-key <file>', 'Alipay: make a private key, in this new file')
    .option('--app-certificate <file>', 'Alipay: the certificate of the app')
    .option('--root-certificate <file>', 'Alipay: its root certificate')
    .option('--alipay-key <file>', 'Alipay: its public key or certificate')
    .option('--previous-alipay-key <file>', 'Alipay: the one before it')
    .option('--only-this-key', 'Alipay: keep no key of its beside the one given')
    .option('--env-file <file>', 'NAME=value lines with the variables below')
    .description('enter keys of WeChat Pay or Alipay into the secrets of a stack; --check only verifies them')
    .addHelpText('after', HELP)
    .action(whenRun(world, async () => (await import('#cli/actions/setup.ts')).setUp))
}
