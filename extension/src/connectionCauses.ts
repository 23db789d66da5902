/** What made a step of the connection test fail, and what to do about it, in the editor's language. */
import type { StepCause } from './core.ts';
import type { Translate } from './settingsStrings.ts';

/** Where it happened. */
export interface CauseContext {
  /** The gateway's address without its query. */
  gateway: string;
  /** The status that came, as text; empty when none did. */
  status: string;
  /** Where a gateway was found in place of this address; empty when nowhere. */
  rightBaseUrl: string;
}

/** A sentence for what happened, and one for what to do; nothing where the error itself says more. */
export function explainCause(
  t: Translate,
  cause: StepCause,
  { gateway, status, rightBaseUrl }: CauseContext,
): { text: string; advice: string } | undefined {
  switch (cause) {
    case 'refused':
      return {
        text: t('Nothing listens at {0}.', gateway),
        advice: t('Start the gateway, or correct the host and the port in the URL.'),
      };
    case 'unknown_host':
      return {
        text: t('The host of {0} is not known.', gateway),
        advice: t('Check how the URL is written, and whether the host is known only inside a VPN.'),
      };
    case 'unreachable':
      return {
        text: t('There is no way to {0}.', gateway),
        advice: t('Check the network, the VPN and the firewall.'),
      };
    case 'lost':
      return {
        text: t('{0} closed the connection before an answer came.', gateway),
        advice: t('Check the port in the URL. A firewall or a proxy in between may close connections, too.'),
      };
    case 'timed_out':
      return {
        text: t('{0} did not answer in time.', gateway),
        advice: t(
          'A gateway that sleeps or starts may need a minute: try again. How long to wait is set by "{0}" under "{1}".',
          t('Model list timeout'),
          t('More'),
        ),
      };
    case 'asleep':
      return {
        text: t('A proxy answers with status {0} in place of the gateway, which sleeps, starts or is down.', status),
        advice: t('Try again in a minute. If it stays so, ask whoever runs the gateway.'),
      };
    case 'self_signed':
      return {
        text: t('The certificate of {0} was signed by itself, so this machine does not trust it.', gateway),
        advice: t(
          'Add the certificate to those that the operating system trusts and restart the editor, or ask for one of a known authority.',
        ),
      };
    case 'unknown_issuer':
      return {
        text: t('This machine does not trust who signed the certificate of {0}.', gateway),
        advice: t(
          "Add that authority's certificate to those that the operating system trusts and restart the editor. A company's proxy often has an authority of its own.",
        ),
      };
    case 'expired':
      return {
        text: t('The certificate of {0} is not valid at this time.', gateway),
        advice: t(
          'Check the clock of this machine. If it is right, whoever runs the gateway must renew the certificate.',
        ),
      };
    case 'wrong_host':
      return {
        text: t('The certificate that came is not for {0}, but for another name.', gateway),
        advice: t('Use the name that the certificate is for, or ask whoever runs the gateway.'),
      };
    case 'no_tls':
      return {
        text: t('What answers at {0} speaks no TLS.', gateway),
        advice: t('Begin the URL with http:// if the gateway has no https, or correct the port.'),
      };
    case 'proxy':
      return {
        text: t('A proxy on the way to {0} refused the connection.', gateway),
        advice: t('Check the setting "http.proxy" of the editor, or ask whoever runs the proxy.'),
      };
    case 'cors':
      return {
        text: t('{0} answers, but does not let this browser read its answer (CORS).', gateway),
        advice: t('Ask whoever runs the gateway to allow the origin of this page, or use the editor on the desktop.'),
      };
    case 'mixed_content':
      return {
        text: t('A browser does not let a page that came with https use http://.'),
        advice: t('Use an https:// address, or the editor on the desktop.'),
      };
    case 'private_network':
      return {
        text: t('A browser does not let a page from the internet use an address of this machine or this network.'),
        advice: t('Use an address that the internet knows, or the editor on the desktop.'),
      };
    case 'hidden':
      return {
        text: t('{0} could not be reached, and the browser does not say why.', gateway),
        advice: t(
          'Open the address in another tab: what that shows is the cause. The editor on the desktop says more.',
        ),
      };
    case 'web_page':
      return {
        text: t('A web page answers at {0}, not a gateway.', gateway),
        advice: t(
          'Check the URL: a login page, a proxy or another server may stand there. Ask whoever runs the gateway for the address of its API.',
        ),
      };
    case 'wrong_path':
      return {
        text: t('There is a gateway at {0}, but none under the path of this URL.', rightBaseUrl),
        advice: t('Change the URL to {0}.', rightBaseUrl),
      };
    case 'not_a_gateway':
      return {
        text: t('What answers at {0} is no LiteLLM gateway.', gateway),
        advice: t('Check the host, the port and the path of the URL.'),
      };
    case 'redirect':
      return undefined;
    default:
      // A newer core may have one more.
      return cause satisfies never;
  }
}
