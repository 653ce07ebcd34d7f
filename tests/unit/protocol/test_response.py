"""What a backend answers, as PostgreSQL's documentation lays it out."""

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgdog_gevent.errors import FeatureNotSupported, PoolTimeout, ProtocolViolation, ShuttingDown
from pgdog_gevent.protocol import response
from pgdog_gevent.protocol.codes import Backend
from pgdog_gevent.protocol.frames import HEADER_SIZE
from pgdog_gevent.protocol.response import Column, ErrorFields, TransactionStatus, moved, row_shape

WORDS = st.text(st.characters(exclude_characters='\0', exclude_categories=['Cs']), max_size=20)
SOME_WORDS = WORDS.filter(bool)


def body(message: bytes) -> bytes:
    return message[HEADER_SIZE:]


@pytest.mark.parametrize('status', TransactionStatus)
def test_transaction_status_comes_back(status: TransactionStatus) -> None:
    assert response.transaction_status(body(response.ready_for_query(status))) is status


@pytest.mark.parametrize('strange', [b'', b'X', b'II', b'\0', b'i'], ids=['none', 'X', 'two', 'zero', 'lower case'])
def test_unknown_transaction_status_is_a_protocol_violation(strange: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        response.transaction_status(strange)


@pytest.mark.parametrize(
    ('message', 'raw'),
    [
        pytest.param(response.ready_for_query(TransactionStatus.FAILED), b'Z\0\0\0\5E', id='ReadyForQuery'),
        pytest.param(response.command_complete('SELECT 1'), b'C\0\0\0\x0dSELECT 1\0', id='CommandComplete'),
        pytest.param(response.parameter_status('a', 'é'), b'S\0\0\0\x09a\0\xc3\xa9\0', id='ParameterStatus'),
        pytest.param(response.backend_key_data(7, b'abcd'), b'K\0\0\0\x0c\0\0\0\7abcd', id='BackendKeyData'),
        pytest.param(response.data_row([b'a', None]), b'D\0\0\0\x0f\0\2\0\0\0\1a\xff\xff\xff\xff', id='DataRow'),
        pytest.param(response.data_row([]), b'D\0\0\0\6\0\0', id='DataRow without columns'),
        pytest.param(response.parameter_description([23]), b't\0\0\0\x0a\0\1\0\0\0\x17', id='ParameterDescription'),
        pytest.param(
            response.negotiate_protocol_version(2, ['_pq_.a']),
            b'v\0\0\0\x13\0\3\0\2\0\0\0\1_pq_.a\0',
            id='NegotiateProtocolVersion',
        ),
        pytest.param(
            response.row_description([Column('n', 25, -1)]),
            b'T\0\0\0\x1a\0\1n\0' + pack('!IhIhih', 0, 0, 25, -1, -1, 0),
            id='RowDescription',
        ),
        pytest.param(response.PARSE_COMPLETE, b'1\0\0\0\4', id='ParseComplete'),
        pytest.param(response.BIND_COMPLETE, b'2\0\0\0\4', id='BindComplete'),
        pytest.param(response.CLOSE_COMPLETE, b'3\0\0\0\4', id='CloseComplete'),
        pytest.param(response.NO_DATA, b'n\0\0\0\4', id='NoData'),
        pytest.param(response.EMPTY_QUERY_RESPONSE, b'I\0\0\0\4', id='EmptyQueryResponse'),
        pytest.param(response.PORTAL_SUSPENDED, b's\0\0\0\4', id='PortalSuspended'),
    ],
)
def test_message_is_laid_out_as_documented(message: bytes, raw: bytes) -> None:
    assert message == raw


def test_oids_and_process_numbers_use_all_32_bits() -> None:
    assert body(response.parameter_description([2**32 - 1])) == b'\0\1\xff\xff\xff\xff'
    assert body(response.backend_key_data(2**32 - 1, b'')) == b'\xff\xff\xff\xff'


@given(name=WORDS, value=WORDS)
def test_parameter_status_comes_back(name: str, value: str) -> None:
    assert response.read_parameter_status(body(response.parameter_status(name, value))) == (name, value)


def test_parameter_status_in_another_encoding_is_read_with_replacements() -> None:
    assert response.read_parameter_status(b'application_name\0caf\xe9\0') == ('application_name', 'caf\ufffd')


@given(
    st.builds(
        ErrorFields, severity=SOME_WORDS, sqlstate=SOME_WORDS, message=SOME_WORDS, detail=WORDS, hint=WORDS,
        routine=WORDS, position=st.sampled_from(['', '1', '250']),
    )
)
def test_error_fields_come_back(fields: ErrorFields) -> None:
    assert ErrorFields.decode(body(fields.encode())) == fields


def test_position_of_an_error_is_told_if_it_has_one() -> None:
    error = FeatureNotSupported('no')
    assert ErrorFields.decode(body(response.error_response(error))).position == ''
    error.position = 17
    assert ErrorFields.decode(body(response.error_response(error))).position == '17'


def test_untranslated_severity_counts() -> None:
    assert ErrorFields.decode(b'SFEHLER\0VERROR\0C42601\0Mx\0\0').severity == 'ERROR'


def test_severity_of_servers_before_9_6_counts() -> None:
    assert ErrorFields.decode(b'SFATAL\0C42601\0Mx\0\0').severity == 'FATAL'


def test_error_without_fields_is_an_internal_error() -> None:
    assert ErrorFields.decode(b'\0') == ErrorFields('ERROR', 'XX000', '')


def test_fields_that_nobody_reads_are_passed_over() -> None:
    assert ErrorFields.decode(b'Mx\0Fparse.c\0L12\0?\0Dy\0\0') == ErrorFields('ERROR', 'XX000', 'x', 'y')


def test_error_without_an_end_is_a_protocol_violation() -> None:
    with pytest.raises(ProtocolViolation):
        ErrorFields.decode(b'SERROR\0Mx\0')


def test_zero_bytes_in_words_do_not_break_the_message() -> None:
    fields = ErrorFields('ERROR', '42601', 'a\0b')
    assert ErrorFields.decode(body(fields.encode())).message == 'a b'


def test_error_of_the_proxy_is_told_with_sqlstate_detail_and_hint() -> None:
    message = response.error_response(PoolTimeout('no connection', detail='pool of 3', hint='raise pool_size'))
    assert message[0] == Backend.ERROR_RESPONSE
    assert ErrorFields.decode(body(message)) == ErrorFields(
        'ERROR', '53300', 'no connection', 'pool of 3', 'raise pool_size'
    )


def test_error_that_ends_the_session_is_fatal() -> None:
    assert ErrorFields.decode(body(response.error_response(ShuttingDown('bye')))).severity == 'FATAL'


DESCRIPTION = b'\0\2' + b'a\0' + bytes(6) + b'\0\0\0\x17\0\4\xff\xff\xff\xff\0\0' + (
    b'bc\0' + bytes(6) + b'\0\0\4\x13\xff\xff\0\0\0\x0c\0\1'
)


def test_shape_of_a_row_is_what_a_client_needs_to_read_it() -> None:
    assert row_shape(DESCRIPTION) == ((b'a', 23, -1), (b'bc', 1043, 12))
    assert row_shape(b'') == ()


@pytest.mark.parametrize('cut', range(1, len(DESCRIPTION)))
def test_truncated_row_description_is_a_protocol_violation(cut: int) -> None:
    with pytest.raises(ProtocolViolation):
        row_shape(DESCRIPTION[:cut])


def test_position_of_an_error_is_moved_and_nothing_else() -> None:
    body = b'SERROR\0MP7 is wrong\0P12\0Ffile\0\0'
    assert moved(body, lambda position: position - 5) == b'SERROR\0MP7 is wrong\0P7\0Ffile\0\0'
    assert moved(b'SERROR\0Px\0\0', lambda position: 1) == b'SERROR\0Px\0\0'
