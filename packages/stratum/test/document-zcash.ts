/**
 * The messages of the Zcash document, as it shows them: raw text, one constant per message, in its order. Only line
 * breaks inside a message are removed, because one message is one line.
 */

export const SUBSCRIBE =
  '{"id":1,"method":"mining.subscribe","params":["useragent", "sessionid","127.0.0.1","3333"]}';
export const SUBSCRIBE_REPLY = '{"result":["5c8bb72a","2ab78b5c"],"id":1,"error":null}';
export const NOTIFY =
  '{"id":null,"method":"mining.notify","params":["5c8bb94500000000","04000000","3430ae2cc6945dcf0271fed30faf7da524327078616f4d8d570d1bd414700900","2b221e536a230f63bbca5d720527f12250acdd29f2801da30102a19e3c4124b9","a2ce6972443be8f9f1088ef76a733e8153b0f003e2c4552b5eeb60edea89c81d","47b98b5c","e9a91b1f",true]}';
export const SET_TARGET =
  '{"id":null,"method":"mining.set_target","params":["01999999999999a0000000000000000000000000000000000000000000000000"]}';
export const AUTHORIZE = '{"id":2,"method":"mining.authorize","params":["jiangjkd.002","x"]}';
export const AUTHORIZE_REPLY = '{"result":true,"error":null,"id":2}';
/** The document left out the `id`. */
export const SUBMIT_REPLY = '{"result":true,"error":null}';

/** The document breaks the solution over these lines. */
export const SOLUTION_LINES = [
  'fd4005004bc8afde49f5e8cc7d418bc273646dedced0b3a60c9871bf72c9680721fa00eebcfa',
  'd954c3789ce2de1e06afdeca0ddbb380c2b335ca6dbae4d16c3a8217332b9eee504f3f9d45872',
  '45d73e48e9f6fb9fef4c800ac340a9c876771909d11df90da3251f079d2f6611274254fa3c569',
  'efed9692591c23ae6a2b135c3a6d033abb9198205a09767bd18c4551d7bdff3c7eb44914cb965',
  '5b4e5ecff852697c63b56b859f8ea915cb7037f68d5b1179250c18292775a1aa811df15dd5a21',
  '0433f05b12490a08cbefb1e550d9f75a50c8331c5a10933984fef93c0fd5f3b579d3ea4826a40',
  '9bbbc7c2f0f840e72596af9ccb543b15bb3d40926b9d7d9c906c26e35a707963fae72012a7cba',
  '33e47ad6961ce71b55f63a2b8de19dec0924cce6c5aae17f195dfa1f1547b7804d0c178ae52c1',
  '511db3a04336bfb9e273a3992ad1d6ed88c3af728a554b76b09f55c3639bf8302c308c6f38f58',
  '3b98e660c188278b345a31666abf33d30319f55eb67957c1e56602ca8719e2d45be71e1ec54d4',
  '30ef5f9d1bcee059c5c6e9eb968517f95c850070f09fea3185bd3a3d798fc3fae1a6a0875654b',
  '04941da25d5aae43ac5830f1ee348c36fccd7cfcfa0cdb759536e44631665e25c89ce0cc36009',
  '35199b518b97e9df9879646d27a74a24352f8de9b9ed76ed025c4d937409ecb3dab31e3421d64',
  '553e72c5557b1d035da125f9d51ed0f3c15943bf6c2a3683749abc190cc83d4cc005bbb6a6e27',
  '60823c596233a91fba07405a8d2af12448283456151d3976b49dcecfb3a2fdd11885a1d2e947d',
  '559598a662664712fa62da17be1704e3e0e491a8c05fb2e9a0c7cbcc1ba8a466d42d9c7e05d4b',
  'ae1b03945e59c58dc5fd45dfeafc01d0bc136eafc44912d61118ac416d7a9f2bf4b6c051d164a',
  '4926d63db77629cbda6544c0317379f6373afb52f60125215cfeec19dfdb12b03f4a0e8e18bb1',
  'cca8ad102785f770c12b7893ba1a1ca4cd66d1cf40b7a69881cb951ba95ca90a4c4c935e503d3',
  'c4add88cb8f9ce2e5c5535c6e5907ba0ce53d1cdd982f5cdb878be371787513932dd955ff341e',
  '2dea2a119fed2bbbe7b562012fdf79a891ee0571d8356db9c46ee062f9085382559b2aacf95da',
  'c75ad8a90c9e4a8f1a9587d7e06045e8fd72075816218368972052debbcae508db7c320481b32',
  '60a0bb4ddcb3c3472b676a5b72af97ce26d0ae0c25ae14f423d93b48291d4d8cc0eb43519075f',
  '2b3eed76b71f87f5c40233da8daf21c1405eae69be619b8e0b93d8ee8ad175b64529ef55fa373',
  '019c2fc0831dd358a65b26591a4b80aa975fa9ef82558e7870d3b895b9e0e6ab082f87282aec8',
  '74d0e9a9314610109a123e3ed7d5917601e17923e000e100ebac9d0d44c27cdb5aa6a40b98642',
  'a34075ad816a4dbdf5aa0032f7788c78b1a910848021a2e62c8852a2dffc19c0726763d5959f2',
  '04f18fa61a365f8b3697197da25b211d0c8355aa87f57d47e69f81476c0ac0dfdca2e2264da58',
  '6295352077b91170c255274c214d0f94748094daf2d4a6230e1ad11b22fb478d3d1a4d48d912c',
  '29c181d4508c106f824c045c6d3981f1d24f53b20315eeb630cc56bc2bbc1877f622f80ee6cf5',
  '47afacc33cf3b5bfd79fd25e75cd81dbff7e9ef1c6df9b2200aa14af11b59fde162d7660eade1',
  'f75f0e7c79d7b529c7f6f3f751cef17b6e9551bb4ba2e9d705f8afe9144df638ddf6f4ebefc55',
  '50b86bdd9d701d77fe03a4f9fc7a2ea9e89d3606cf72750e7b94a187216e7600c363b76c2abd9',
  '0d84375257f3563a5142c3d7796815b57e972b8db72ca66fe759e9f5d651f1b85b6bb31e9c016',
  '01160f99dbcd4f3a3b81f2c7514b81bc097282055c39f23101d9249887ca3575a36acdf1aaa95',
];
/** With its three bytes of prefix. */
export const SOLUTION = SOLUTION_LINES.join('');
export const NONCE2 = '09000000000000000000000000000000000000000000000000000000';
export const SUBMIT = `{"id":4,"method":"mining.submit","params":["jiangjkd.002","5c8bb94500000000","47b98b5c","${NONCE2}","${SOLUTION}"]}`;

/**
 * The connection to which the share belongs. The document's messages are from several connections: its solution is
 * valid for one header only, and the nonce1 in it is not that of the document's subscribe reply.
 */
export const SHARE_NONCE1 = '46b98b5c';
export const SHARE_HEADER =
  '040000003430ae2cc6945dcf0271fed30faf7da524327078616f4d8d570d1bd4147009002b221e536a230f63bbca5d720527f12250acdd29f2801da30102a19e3c4124b9a2ce6972443be8f9f1088ef76a733e8153b0f003e2c4552b5eeb60edea89c81d47b98b5ce9a91b1f46b98b5c09000000000000000000000000000000000000000000000000000000';
/** As explorers print it. */
export const SHARE_HASH = '043595bf2c69d654d00e5d4bd43f7a1e73e24477d71a6eb0b91293d5042bb1e5';
