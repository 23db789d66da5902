//! Pictures of an answer.

use super::chunk::ImageUrl;
use super::part::StreamPart;

/// The longest address of a picture that is told, in characters.
const LONGEST_ADDRESS: usize = 2_000;

/// The part for a picture, unless there is none to show. One that is not in the answer itself is never fetched: the user is told
/// where it is.
pub(super) fn part(image: &ImageUrl<'_>) -> Option<StreamPart> {
    let url = image.url.filled()?;
    let Some(embedded) = url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(url.get(5..)) else {
        let address: String = url.chars().filter(|character| !character.is_control()).take(LONGEST_ADDRESS).collect();
        let message = format!("The model answered with a picture at this address: {address}");
        return Some(StreamPart::Notice { code: "image_url", message });
    };
    let (description, data) = embedded.split_once(',')?;
    let mut words = description.split(';');
    let media_type = words.next().unwrap_or_default();
    // Another type than a picture's could be taken for a part with a meaning of its own.
    let is_shown = !data.is_empty() && is_picture(media_type) && words.any(|word| word.eq_ignore_ascii_case("base64"));
    is_shown.then(|| StreamPart::Image { media_type: media_type.to_owned(), data: data.to_owned() })
}

/// Whether this is the type of a picture.
fn is_picture(media_type: &str) -> bool {
    let kind = media_type.strip_prefix("image/").unwrap_or_default();
    !kind.is_empty()
        && kind.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '+' | '.'))
}
